using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PilotHooks.ServiceDefaults.Tests.Api;

/// <summary>What was logged, at the levels that the service is configured with.</summary>
internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>What was logged as a warning or worse, or with an exception: the exception, else the text.</summary>
    public IReadOnlyList<object> Errors =>
    [
        .. _entries.Where(entry => entry.Level >= LogLevel.Warning || (entry.Exception is not null && entry.Level >= LogLevel.Information))
            .Select(entry => entry.Exception ?? (object)entry.Text),
    ];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _entries.Enqueue(new Entry(logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }

    internal sealed record Entry(LogLevel Level, string Text, Exception? Exception);
}
