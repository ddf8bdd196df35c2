using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Calls.Signalling;

/// <summary>
/// Finds Meta's <c>value</c> objects of the field <c>calls</c>. The provider's documents do not show which shape it
/// hands on, so all three are read: Meta's whole envelope, the <c>value</c> alone, and either of them as
/// <c>{event, data}</c>.
/// </summary>
internal static class CallsEnvelope
{
    public static IEnumerable<JsonElement> Values(JsonElement root)
    {
        var wrapped = root.Object("data");
        if (wrapped.ValueKind == JsonValueKind.Object)
        {
            root = wrapped;
        }

        return root.Items("entry").Any()
            ? root.Items("entry").SelectMany(entry => entry.Items("changes")).SelectMany(OfChange)
            : root.Items("changes").Any() ? root.Items("changes").SelectMany(OfChange) : OfChange(root);
    }

    // One change {field, value}, or the value itself.
    private static IEnumerable<JsonElement> OfChange(JsonElement change)
    {
        if (change.Text("field") is { } field && field != "calls")
        {
            return [];
        }

        return [change.Object("value") is { ValueKind: JsonValueKind.Object } value ? value : change];
    }
}
