using System.Globalization;
using System.Text;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// A text as a regular expression of the database that finds it in either case. Case is written out letter by letter,
/// because our columns compare by bytes and what another collation folds differs from server to server.
/// </summary>
internal static class TextPattern
{
    private const int MaxLength = 200;

    /// <summary>What a query's parameter looks for, without blanks around it; null for nothing. A text that is too long is a 400.</summary>
    public static string? Read(string? parameter, string name) => parameter?.Trim() switch
    {
        null or "" => null,
        { Length: <= MaxLength } text => text,
        _ => throw new BadHttpRequestException($"{name} is at most {MaxLength} characters."),
    };

    public static string Of(string text)
    {
        var pattern = new StringBuilder(text.Length * 4);
        foreach (var rune in text.EnumerateRunes())
        {
            var (lower, upper) = (Rune.ToLowerInvariant(rune), Rune.ToUpperInvariant(rune));
            _ = lower != upper ? pattern.Append(CultureInfo.InvariantCulture, $"[{lower}{upper}]")
                : rune.IsAscii && !Rune.IsLetterOrDigit(rune) ? pattern.Append('\\').Append(rune)
                : pattern.Append(rune);
        }

        return pattern.ToString();
    }
}
