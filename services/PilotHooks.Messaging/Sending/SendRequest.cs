using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Sending;

/// <summary>
/// A send as the caller asked for it. What the provider knows beyond the fields read here is passed on to it unread.
/// </summary>
internal sealed partial record SendRequest(string Body, string? NumberId, string? To, string? GroupId, string? NewsletterId, string? Type, string? Content)
{
    private static readonly string[] Contents = ["text", "templateId", "media"];
    private static readonly string[] Destinations = ["destinationNumber", "groupId", "newsletterId"];

    /// <summary>What the same key may be used for again.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Body));

    /// <summary>Reads and checks a body; a 400 that says what would be right, a 403 for another number than the key's.</summary>
    public static async Task<SendRequest> ReadAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            throw new BadHttpRequestException("The body is JSON: Content-Type: application/json.", StatusCodes.Status415UnsupportedMediaType);
        }

        var body = await JsonBody.ReadAsync(request, cancellationToken) ?? throw new BadHttpRequestException("The body is empty; it is a JSON object.");
        caller.RefuseOtherNumbers(body.Root);
        return Read(Parse(body), caller, HeaderNumber(request, body));
    }

    /// <summary>The number that the header names, as the provider's own API reads it; null where there is none.</summary>
    private static string? HeaderNumber(HttpRequest request, JsonBody body)
    {
        var header = request.Headers[NumberNames.Header].ToString() is { Length: > 0 } text ? text : null;
        return header is null || NumberNames.In(body.Root).All(number => number == header)
            ? header
            : throw new BadHttpRequestException($"The body and the header {NumberNames.Header} name different numbers.");
    }

    private static JsonObject Parse(JsonBody body)
    {
        try
        {
            return JsonNode.Parse(body.Root.GetRawText(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
        }
        catch (JsonException)
        {
            throw new BadHttpRequestException("The body names a field twice.");
        }
    }

    private static SendRequest Read(JsonObject body, Caller caller, string? headerNumber)
    {
        var contents = Contents.Where(name => IsGiven(body, name)).ToArray();
        var destinations = Destinations.Where(name => IsGiven(body, name)).ToArray();
        if (contents.Length == 0)
        {
            throw new BadHttpRequestException("text is missing: a message needs text, or one of the provider's templateId or media.");
        }

        if (destinations.Length != 1)
        {
            throw new BadHttpRequestException("A message has one destination: destinationNumber (or the provider's groupId or newsletterId).");
        }

        var text = Text(body, "text");
        var destination = Text(body, "destinationNumber");
        if (destination is not null && !Destination().IsMatch(destination))
        {
            throw new BadHttpRequestException("destinationNumber is a phone number in E.164, such as +5511999999999, or a WhatsApp user id.");
        }

        var numberId = caller.Narrow(Text(body, "numberId") ?? headerNumber);
        if (numberId is not null)
        {
            body["numberId"] = numberId;
        }

        return new SendRequest(
            body.ToJsonString(ApiJson.Options),
            MessageKey.Bounded(numberId),
            MessageKey.Bounded(PhoneNumber.Normalise(destination)),
            MessageKey.Bounded(Text(body, "groupId")),
            MessageKey.Bounded(Text(body, "newsletterId")),
            IsGiven(body, "media") ? Text(body, "mediaType") : text is null ? null : "text",
            text ?? (body["caption"] is JsonValue caption && caption.GetValueKind() == JsonValueKind.String ? ProviderJson.Storable(caption.GetValue<string>()) : null));
    }

    private static bool IsGiven(JsonObject body, string name)
        => body[name] is { } value && !(value.GetValueKind() == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetValue<string>()));

    private static string? Text(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => ProviderJson.Storable(value.GetValue<string>()) is { Length: > 0 } text ? text : null,
        _ => throw new BadHttpRequestException($"{name} is a string."),
    };

    // Digits with or without +, or what stands for somebody who hides theirs (Meta's BSUID).
    [GeneratedRegex(@"^(\+?[1-9][0-9]{5,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})\z")]
    private static partial Regex Destination();
}
