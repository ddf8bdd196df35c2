using System.Globalization;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Components.Webhooks;

/// <summary>Which failed deliveries are to be retried, as it is chosen in the dialog.</summary>
internal sealed class RetryRange
{
    /// <summary>The choices that count back from now.</summary>
    public static readonly IReadOnlyDictionary<string, TimeSpan> Spans = new Dictionary<string, TimeSpan>
    {
        ["hour"] = TimeSpan.FromHours(1),
        ["day"] = TimeSpan.FromDays(1),
        ["week"] = TimeSpan.FromDays(7),
    };

    /// <summary>One of these, a time, or empty for all.</summary>
    public string? Of { get; set; }

    /// <summary>As a <see cref="MomentField"/> sends it; goes before the choice.</summary>
    public string? Since { get; set; }

    /// <summary>The time from which on, for the API, which refuses what is none; null for all.</summary>
    public string? From(DateTimeOffset now)
        => EndpointForm.Trimmed(Since) is { } since ? MomentField.ToApi(since)
            : EndpointForm.Trimmed(Of) is not { } of ? null
            : Spans.TryGetValue(of, out var span) ? Text(now - span)
            : of;

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
