using System.Text.Json;
using PilotHooks.Relay.Formats;
using PilotHooks.Relay.Safety;

namespace PilotHooks.Relay.Endpoints;

/// <summary>
/// What a caller sets of an endpoint. A field that was not sent is null here, and its name not among
/// <see cref="Sent"/>: a patch leaves it as it is.
/// </summary>
internal sealed class EndpointInput
{
    private const int MaxName = 200;
    private const int MaxDescription = 2000;
    private const int MaxRate = 1000;

    private static readonly string[] PatchFields = ["url", "name", "description", "events", "active", "rateLimit", "format", "signature"];
    private static readonly string[] CreateFields = [.. PatchFields, "whatsappNumberId", "secret"];

    public required IReadOnlyCollection<string> Sent { get; init; }

    public string? Url { get; private set; }

    public string? Name { get; private set; }

    public string? Description { get; private set; }

    public string[]? Events { get; private set; }

    public bool? Active { get; private set; }

    public int? RateLimit { get; private set; }

    public string? Format { get; private set; }

    public string? Signature { get; private set; }

    public string? NumberId { get; private set; }

    public Secret? Secret { get; private set; }

    /// <summary>Reads the body of a create: the input, or what is wrong with it.</summary>
    public static (EndpointInput? Input, string? Error) ReadCreate(JsonElement body, RelayOptions options)
    {
        var (input, error) = Read(body, CreateFields, options);
        error ??= input!.Url is null ? "url is required."
            : input.Name is null ? "name is required."
            : input.Events is null ? "events is required: names, groups or \"*\"; [] dispatches nothing."
            : null;
        return error is null ? (input, null) : (null, error);
    }

    /// <summary>Reads the body of a patch: the input, or what is wrong with it.</summary>
    public static (EndpointInput? Input, string? Error) ReadPatch(JsonElement body, RelayOptions options) => Read(body, PatchFields, options);

    /// <summary>Reads a secret of the caller's own.</summary>
    public static (Secret? Secret, string? Error) ReadSecret(JsonElement value)
        => value.ValueKind == JsonValueKind.String && Secret.Parse(value.GetString()!) is { } secret
            ? (secret, null)
            : (null, "secret is whsec_ followed by the base64 of 24 to 64 bytes.");

    private static (EndpointInput? Input, string? Error) Read(JsonElement body, string[] fields, RelayOptions options)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, "The body is a JSON object.");
        }

        var sent = body.EnumerateObject().Select(member => member.Name).ToArray();
        if (sent.Except(fields).FirstOrDefault() is { } unknown)
        {
            return (null, $"{unknown} cannot be set here; these can: {string.Join(", ", fields)}.");
        }

        var input = new EndpointInput { Sent = sent };
        foreach (var member in body.EnumerateObject())
        {
            if (input.Set(member.Name, member.Value, options) is { } error)
            {
                return (null, error);
            }
        }

        return (input, null);
    }

    /// <summary>Takes one field; tells what is wrong with it.</summary>
    private string? Set(string name, JsonElement value, RelayOptions options)
    {
        switch (name)
        {
            case "url":
                Url = Text(value);
                return Url is null
                    ? "url is a text."
                    : TargetUrl.Refuse(Url, options.AllowPrivateEndpoints, options.RequireHttps ?? !options.AllowPrivateEndpoints, TargetLimits.Of(options));
            case "name":
                Name = Text(value)?.Trim();
                return Name is { Length: > 0 and <= MaxName } ? null : $"name is a text of 1 to {MaxName} characters.";
            case "description":
                Description = Text(value);
                return value.ValueKind == JsonValueKind.Null || Description is { Length: <= MaxDescription } ? null : $"description is a text of at most {MaxDescription} characters, or null.";
            case "events":
                return SetEvents(value);
            case "active":
                Active = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
                return Active is null ? "active is true or false." : null;
            case "rateLimit":
                RateLimit = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var rate) && rate is >= 1 and <= MaxRate ? rate : null;
                return RateLimit is null && value.ValueKind != JsonValueKind.Null ? $"rateLimit is a whole number from 1 to {MaxRate}, or null for none." : null;
            case "format":
                Format = Text(value);
                return WebhookFormats.All.Contains(Format) ? null : $"format is one of {string.Join(", ", WebhookFormats.All)}.";
            case "signature":
                Signature = Text(value);
                return SignatureModes.All.Contains(Signature) ? null : $"signature is one of {string.Join(", ", SignatureModes.All)}.";
            case "whatsappNumberId":
                NumberId = Text(value);
                return value.ValueKind == JsonValueKind.Null || NumberId is { Length: > 0 and <= MaxName } ? null : "whatsappNumberId is the id of a number.";
            default:
                (Secret, var error) = value.ValueKind == JsonValueKind.Null ? (null, null) : ReadSecret(value);
                return error;
        }
    }

    private string? SetEvents(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => Text(item) is null))
        {
            return "events is a list of names.";
        }

        Events = [.. value.EnumerateArray().Select(item => item.GetString()!).Distinct()];
        var unknown = EventGate.Unknown(Events);
        return unknown.Count == 0 ? null : $"Unknown events: {string.Join(", ", unknown.Take(10))}.";
    }

    private static string? Text(JsonElement value)
        => value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !text.Contains('\0') ? text : null;
}
