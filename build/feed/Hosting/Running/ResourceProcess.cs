using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>One process of a resource: its lines go to the log, its end is told.</summary>
internal sealed class ResourceProcess
{
    private const int KeptLines = 20;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly Task _exited;

    private ResourceProcess(string name, Process process, ResourceLog log, Action<ResourceProcess> onExit)
    {
        Name = name;
        _process = process;
        // Nothing reads from us; an open end would only keep whoever waits for it waiting.
        process.StandardInput.Close();
        var output = Task.WhenAll(ReadAsync(process.StandardOutput, log), ReadAsync(process.StandardError, log));
        _exited = ExitAsync(output, onExit);
    }

    public string Name { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public IEnumerable<string> LastLines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public static ResourceProcess Start(string name, ProcessStartInfo start, ResourceLog log, Reaper reaper, Action<ResourceProcess> onExit)
    {
        try
        {
            var process = Process.Start(start)!;
            reaper.Watch(process.Id);
            return new ResourceProcess(name, process, log, onExit);
        }
        catch (Win32Exception exception)
        {
            throw new DistributedApplicationException($"'{name}' cannot be started: {exception.Message}");
        }
    }

    /// <summary>Asks it to end, and ends it when it does not.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            Signals.AskToEnd(_process.Id);
            using var patience = new CancellationTokenSource(StopTimeout);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Whatever it started and left behind is in its group.
        Signals.End(_process.Id);
        await _exited.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync(StreamReader reader, ResourceLog log)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > KeptLines)
                {
                    _lines.Dequeue();
                }
            }

            log.Write(Name, line);
        }
    }

    private async Task ExitAsync(Task output, Action<ResourceProcess> onExit)
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        // What it started may hold its output open.
        await output.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        onExit(this);
    }
}
