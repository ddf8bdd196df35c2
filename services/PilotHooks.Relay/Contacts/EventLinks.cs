using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Contacts;

/// <summary>By which ids an event's body hangs together with others: of its message, of its call, and of the message that it quotes.</summary>
/// <param name="Own">Of the messages and calls that it tells of.</param>
/// <param name="Quoted">WhatsApp's, of the messages that it answers.</param>
internal sealed record EventLinks(IReadOnlySet<string> Own, IReadOnlySet<string> Quoted)
{
    private const int MaxDepth = 8;

    public static EventLinks Of(byte[] payload)
    {
        var (own, quoted) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        try
        {
            using var document = ProviderJson.Parse(payload);
            var root = document.RootElement;
            var data = root.Object("data");
            var part = data.Object("object") is { ValueKind: JsonValueKind.Object } inner ? inner : data;
            foreach (var facts in MessageFacts.ReadAll(part))
            {
                Add(own, facts.MessageId);
                Add(quoted, facts.QuotedMessageId);
            }

            foreach (var facts in StatusFacts.ReadAll(part))
            {
                Add(own, facts.MessageId);
            }

            foreach (var place in new[] { root, data })
            {
                Add(own, place.Text("callId"));
                Add(own, place.Text("externalCallId"));
            }

            AddNativeCalls(own, root, 0);
        }
        catch (JsonException)
        {
            // Then nothing hangs on it.
        }

        return new EventLinks(own, quoted);
    }

    private static void AddNativeCalls(HashSet<string> ids, JsonElement element, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                AddNativeCalls(ids, item, depth + 1);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var call in element.Items("calls").Concat(element.Items("statuses")))
            {
                Add(ids, call.Text("id"));
            }

            foreach (var name in new[] { "data", "entry", "changes", "value" })
            {
                if (element.At(name) is { ValueKind: JsonValueKind.Object } inner)
                {
                    AddNativeCalls(ids, inner, depth + 1);
                }

                foreach (var item in element.Items(name))
                {
                    AddNativeCalls(ids, item, depth + 1);
                }
            }
        }
    }

    private static void Add(HashSet<string> ids, string? id)
    {
        if (id is not null)
        {
            ids.Add(id);
        }
    }
}
