using Microsoft.Extensions.Localization;

namespace PilotHooks.Console.Components.Webhooks;

/// <summary>
/// Which field of a form a refusal of the API is about, and what is said of it in the viewer's language. The API names
/// the field first in its sentence.
/// </summary>
/// <param name="Field">As the API names it.</param>
/// <param name="Text">The key of the text; null where only the API's own sentence says it.</param>
/// <param name="Detail">That sentence.</param>
public sealed record FormErrors(string Field, string? Text, string Detail)
{
    // The first that fits counts.
    private static readonly (string Field, string Part, string Text)[] Known =
    [
        ("url", "absolute", "UrlNotAbsolute"),
        ("url", "https here", "UrlNotHttps"),
        ("url", "fragment", "UrlWithUser"),
        ("url", "another protocol", "UrlPort"),
        ("url", "not a public one", "UrlPrivate"),
        ("url", "local name", "UrlPrivate"),
        ("name", "", "NameWrong"),
        ("description", "", "DescriptionWrong"),
        ("rateLimit", "", "RateWrong"),
        ("whatsappNumberId", "", "NumberWrong"),
        ("secret", "", "SecretWrong"),
        ("overlapSeconds", "", "OverlapWrong"),
    ];

    private static readonly string[] Fields = ["url", "name", "description", "rateLimit", "whatsappNumberId", "secret", "overlapSeconds", "events", "Unknown events"];

    /// <summary>Null if the sentence is about no field.</summary>
    public static FormErrors? Of(string? detail)
    {
        if (detail is null || Fields.FirstOrDefault(field => IsAbout(detail, field)) is not { } named)
        {
            return null;
        }

        var known = Known.FirstOrDefault(entry => entry.Field == named && detail.Contains(entry.Part, StringComparison.Ordinal));
        return new FormErrors(named == "Unknown events" ? "events" : named, known.Text, detail);
    }

    /// <summary>What to say at this field; null if it is about another.</summary>
    public string? At(string field, IStringLocalizer texts) => field != Field ? null : Text is null ? Detail : texts[Text].Value;

    private static bool IsAbout(string detail, string field)
        => detail.StartsWith(field, StringComparison.Ordinal) && detail.Length > field.Length && detail[field.Length] is ' ' or '\'' or ':';
}
