using System.Globalization;
using System.Text.Json.Nodes;
using PilotHooks.Simulator.Business;

namespace PilotHooks.Simulator.Events;

/// <summary>
/// Bodies of the WhatsApp API Platform. Its document gives the envelope and the report; the objects of an incoming
/// message and of a form are ours, with the usual names.
/// </summary>
internal static class PlatformEvents
{
    public static SimulatedEvent Incoming(Guid eventId, BusinessNumber number, Contact from, string wamid, string text, DateTimeOffset at)
        => Of("message.incoming", eventId, at, new JsonObject
        {
            ["id"] = wamid,
            ["from"] = from.Phone,
            ["to"] = number.Phone,
            ["type"] = "text",
            ["text"] = new JsonObject { ["body"] = text },
            ["profile"] = new JsonObject { ["name"] = from.Name },
            ["timestamp"] = Seconds(at),
        });

    public static SimulatedEvent Report(Guid eventId, string wamid, Contact to, string status, DateTimeOffset at)
        => Of("message.report", eventId, at, new JsonObject
        {
            ["recipient"] = new JsonObject { ["customer_id"] = wamid, ["phone_number"] = to.Phone },
            ["status"] = status,
            ["reported_at"] = SimulatedEvent.Time(at + TimeSpan.FromMilliseconds(350)),
            ["timestamp"] = Seconds(at),
        });

    public static SimulatedEvent FormSubmitted(Guid eventId, Contact by, IReadOnlyDictionary<string, string> answers, DateTimeOffset at)
        => Of("form.submitted", eventId, at, new JsonObject
        {
            ["form_id"] = "form_table_booking",
            ["form_name"] = "Book a table",
            ["customer"] = new JsonObject { ["name"] = by.Name, ["phone_number"] = by.Phone },
            ["fields"] = new JsonObject(answers.Select(answer => KeyValuePair.Create(answer.Key, (JsonNode?)answer.Value))),
            ["submitted_at"] = SimulatedEvent.Time(at),
        });

    private static SimulatedEvent Of(string type, Guid eventId, DateTimeOffset at, JsonObject detail)
        => SimulatedEvent.Of(type, Sender.Platform, numberId: null, new JsonObject
        {
            ["id"] = $"evt_{eventId}",
            ["type"] = type,
            ["api_version"] = "2026-02-04",
            ["created_at"] = at.ToUnixTimeSeconds(),
            ["liveMode"] = true,
            ["data"] = new JsonObject { ["object"] = detail },
        });

    /// <summary>Without milliseconds, as in the document's report.</summary>
    private static string Seconds(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
