using System.Text.Json;
using PilotHooks.Contracts;
using static PilotHooks.ServiceDefaults.Bus.MessagePlaces;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>What a provider's body says of how far one message of ours got, found by <see cref="MessageFields"/>.</summary>
public sealed record StatusFacts
{
    public string? MessageId { get; init; }
    public string? To { get; init; }

    /// <summary><c>sent</c>, <c>delivered</c>, <c>read</c>, <c>failed</c>, or whatever else the provider says, in small letters. Played is read.</summary>
    public string? Status { get; init; }

    public string? Error { get; init; }
    public string? ErrorCode { get; init; }

    /// <summary>The texts that may be its time, in the order in which they count.</summary>
    public IReadOnlyList<string> Times { get; init; } = [];

    /// <summary>The facts of a body's part that tells of statuses: one for each of them, several only in Meta's envelope.</summary>
    public static IEnumerable<StatusFacts> ReadAll(JsonElement part) => MetaEnvelope.Statuses(part).Select(Read);

    /// <summary>The same of the first status; of nothing, no facts.</summary>
    public static StatusFacts ReadFirst(JsonElement part) => ReadAll(part).FirstOrDefault() ?? new StatusFacts();

    private static StatusFacts Read(JsonElement status)
    {
        JsonElement[] places = [status];
        return new StatusFacts
        {
            MessageId = First(places, MessageFields.StatusMessageId),
            To = First(places, MessageFields.StatusRecipient),
            Status = First(places, MessageFields.Status)?.Trim().ToLowerInvariant() is { } name ? (name == "played" ? "read" : name) : null,
            Error = First(places, MessageFields.Error),
            ErrorCode = First(places, MessageFields.ErrorCode),
            Times = All(places, MessageFields.StatusTime),
        };
    }
}
