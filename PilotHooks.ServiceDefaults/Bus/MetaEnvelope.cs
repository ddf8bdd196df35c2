using System.Text.Json;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// Takes messages and statuses out of Meta's envelope: whole (<c>entry[].changes[].value</c>), its <c>value</c>, or what
/// stands in it alone. Anything else is a message or a status itself.
/// </summary>
internal static class MetaEnvelope
{
    /// <param name="Fields">The message.</param>
    /// <param name="Sender">Who sent it, where the envelope tells of that.</param>
    /// <param name="Business">The phone of the number that it came to, where the envelope names it.</param>
    /// <param name="IsEcho">The number itself sent it, from the phone.</param>
    public readonly record struct Message(JsonElement Fields, JsonElement Sender, string? Business, bool IsEcho);

    public static IEnumerable<Message> Messages(JsonElement part)
    {
        var isEnvelope = false;
        foreach (var value in Values(part))
        {
            var business = value.Object("metadata").Text("display_phone_number");
            foreach (var echo in value.Items("message_echoes"))
            {
                isEnvelope = true;
                yield return new Message(echo, default, null, IsEcho: true);
            }

            foreach (var message in value.Items("messages"))
            {
                isEnvelope = true;
                yield return new Message(message, SenderOf(value, message), business, IsEcho: false);
            }
        }

        if (!isEnvelope && MessagePlaces.IsObject(part))
        {
            yield return new Message(part, default, null, IsEcho: false);
        }
    }

    public static IEnumerable<JsonElement> Statuses(JsonElement part)
    {
        var isEnvelope = false;
        foreach (var status in Values(part).SelectMany(value => value.Items("statuses")))
        {
            isEnvelope = true;
            yield return status;
        }

        if (!isEnvelope && MessagePlaces.IsObject(part))
        {
            yield return part;
        }
    }

    private static IEnumerable<JsonElement> Values(JsonElement part)
        => [part, part.Object("value"), .. part.Items("entry").SelectMany(entry => entry.Items("changes")).Select(change => change.Object("value"))];

    /// <summary>The contact that the message is of: by its id, or the only one.</summary>
    private static JsonElement SenderOf(JsonElement value, JsonElement message)
    {
        JsonElement[] contacts = [.. value.Items("contacts")];
        var address = message.Text("from") ?? message.Text("from_user_id") ?? message.Text("user_id");
        return contacts.Length == 1 ? contacts[0]
            : contacts.FirstOrDefault(contact => address is not null && (contact.Text("wa_id") == address || contact.Text("user_id") == address));
    }
}
