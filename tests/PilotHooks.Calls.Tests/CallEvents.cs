using System.Text;
using System.Text.Json;
using PilotHooks.Contracts;

namespace PilotHooks.Calls.Tests;

/// <summary>Events of calls as the providers send them.</summary>
internal static class CallEvents
{
    /// <summary>The moment of the documents' example.</summary>
    public static readonly DateTimeOffset Start = new(2026, 7, 3, 15, 0, 0, TimeSpan.Zero);

    /// <summary>A <c>call.*</c>, flat as the provider's reference shows it; ids and parties only where given.</summary>
    public static CallChanged Make(
        string name,
        DateTimeOffset at,
        string? callId = null,
        string? external = null,
        string? status = null,
        string? direction = "OUTBOUND",
        string? from = "5511888888888",
        string? to = "5511999999999",
        int? duration = null,
        string? numberId = null,
        object? timestamp = null)
    {
        var body = new Dictionary<string, object?> { ["event"] = name, ["callId"] = callId, ["direction"] = direction, ["status"] = status, ["from"] = from, ["to"] = to, ["timestamp"] = timestamp ?? at.UtcDateTime.ToString("O") };
        if (external is not null)
        {
            body["externalCallId"] = external;
        }

        if (duration is not null)
        {
            body["duration"] = duration;
        }

        return new CallChanged(Guid.NewGuid(), name, "whatsapp", numberId, at, at.AddSeconds(1), JsonSerializer.SerializeToUtf8Bytes(body));
    }

    /// <summary>A native envelope of any shape.</summary>
    public static CallSignalled Signal(string json, string? numberId = null)
        => new(Guid.NewGuid(), "calls", "whatsapp", numberId, Start, Start, Encoding.UTF8.GetBytes(json));

    /// <summary>Meta's <c>value</c> with these entries.</summary>
    public static string Value(string calls = "", string statuses = "") => $$"""
        {"messaging_product":"whatsapp","metadata":{"display_phone_number":"5511888888888","phone_number_id":"1"},
        "calls":[{{calls}}],"statuses":[{{statuses}}]}
        """;

    /// <summary>Meta's whole envelope around such values.</summary>
    public static string Envelope(params string[] values) => $$"""
        {"object":"whatsapp_business_account","entry":[{"id":"waba","changes":[{{string.Join(',', values.Select(value => $$"""{"field":"calls","value":{{value}}}"""))}}]}]}
        """;

    /// <summary>A contact's call with its offer.</summary>
    public static string Connect(string wacid, DateTimeOffset at, string sdp = "v=0 offer", string direction = "USER_INITIATED", string sdpType = "offer") => $$$"""
        {"id":"{{{wacid}}}","from":"5511999999999","to":"5511888888888","event":"connect","timestamp":"{{{at.ToUnixTimeSeconds()}}}",
        "direction":"{{{direction}}}","session":{"sdp_type":"{{{sdpType}}}","sdp":"{{{sdp}}}"}}
        """;

    /// <summary>The end of a call that was picked up.</summary>
    public static string Terminate(string wacid, DateTimeOffset at, string status = "\"COMPLETED\"", string direction = "USER_INITIATED") => $$"""
        {"id":"{{wacid}}","from":"5511999999999","to":"5511888888888","event":"terminate","direction":"{{direction}}",
        "timestamp":"{{at.ToUnixTimeSeconds()}}","status":{{status}},"start_time":"{{at.AddSeconds(-60).ToUnixTimeSeconds()}}",
        "end_time":"{{at.AddSeconds(-1).ToUnixTimeSeconds()}}","duration":59}
        """;

    /// <summary>A bare status of a call that the business makes.</summary>
    public static string Status(string wacid, DateTimeOffset at, string status) => $$"""
        {"id":"{{wacid}}","timestamp":"{{at.ToUnixTimeSeconds()}}","type":"call","status":"{{status}}","recipient_id":"5511999999999"}
        """;

    public static CallPermissionUpdated Permission(DateTimeOffset at, string status, string? from, string? to, string? numberId = null)
    {
        var body = new Dictionary<string, object?> { ["event"] = "call.permission_updated", ["callId"] = null, ["direction"] = null, ["status"] = status, ["from"] = from, ["to"] = to, ["timestamp"] = at };
        return new CallPermissionUpdated(Guid.NewGuid(), "call.permission_updated", "whatsapp", numberId, at, at, JsonSerializer.SerializeToUtf8Bytes(body));
    }

    public static string NewCallId() => $"call_{Guid.NewGuid():N}";

    public static string NewWacid() => $"wacid.{Guid.NewGuid():N}";

    /// <summary>A phone that no other test knows, as digits.</summary>
    public static string NewPhone() => $"55{Random.Shared.NextInt64(10_000_000_000, 99_999_999_999)}";
}
