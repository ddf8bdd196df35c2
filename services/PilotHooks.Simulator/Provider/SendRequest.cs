using System.Text.Json;
using System.Text.RegularExpressions;

namespace PilotHooks.Simulator.Provider;

/// <summary>The body of <c>POST /v1/messages/send</c>, as far as the simulator looks at it.</summary>
internal sealed partial record SendRequest(
    string? Text, string? TemplateId, JsonElement? Media, string? MediaType, string? Caption,
    string? DestinationNumber, string? GroupId, string? NewsletterId, string? NumberId, string? WhatsappNumberId)
{
    private static readonly string[] MediaTypes = ["image", "video", "document", "audio"];

    /// <summary>The destination, once there is no <see cref="Fault"/>.</summary>
    public string To => DestinationNumber is null ? GroupId ?? NewsletterId! : DestinationNumber[0] is >= '0' and <= '9' ? $"+{DestinationNumber}" : DestinationNumber;

    public string Type => Media is null ? "text" : MediaType!;

    public string Content => Text ?? Caption ?? (TemplateId is null ? "" : $"(template {TemplateId})");

    /// <summary>What the provider would refuse, with its code; null if nothing.</summary>
    public (string Code, string Detail)? Fault()
    {
        if (new[] { !string.IsNullOrEmpty(Text), !string.IsNullOrEmpty(TemplateId), Media is not null }.Count(given => given) != 1)
        {
            return ("INVALID_CONTENT", "A message has exactly one of text, templateId and media.");
        }

        if (Media is not null && !MediaTypes.Contains(MediaType))
        {
            return ("INVALID_MEDIA", $"mediaType is one of {string.Join(", ", MediaTypes)}.");
        }

        if (new[] { DestinationNumber, GroupId, NewsletterId }.Count(given => !string.IsNullOrEmpty(given)) != 1)
        {
            return ("INVALID_DESTINATION", "A message has exactly one of destinationNumber, groupId and newsletterId.");
        }

        return string.IsNullOrEmpty(DestinationNumber) || Phone().IsMatch(DestinationNumber) || BusinessScopedId().IsMatch(DestinationNumber)
            ? null
            : ("INVALID_DESTINATION", "destinationNumber is a phone number in E.164.");
    }

    [GeneratedRegex(@"^\+?[1-9][0-9]{6,14}\z")]
    private static partial Regex Phone();

    [GeneratedRegex(@"^[A-Z]{2}\.[A-Za-z0-9]{1,128}\z")]
    private static partial Regex BusinessScopedId();
}
