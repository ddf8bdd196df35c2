using System.Text;
using System.Text.Json;

namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>
/// Finds people in a provider's JSON: by every value that is a number or an id, under whatever name. What somebody wrote
/// (<see cref="Texts"/>) is that person's words, and names nobody.
/// </summary>
public static class ContactScan
{
    /// <summary>Below that a number is no phone.</summary>
    private const int MinDigits = 5;
    private const int MaxBytes = 512;

    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private static readonly string[] Texts = ["content", "contentReplied", "content_replied", "caption", "mediaCaption", "media_caption", "text", "body"];

    /// <summary>Whether the body is of this person, or, where it is no JSON, holds the number or id anywhere.</summary>
    public static bool IsOf(ReadOnlySpan<byte> body, ContactId contact)
    {
        try
        {
            return Any(body, contact.IsPhone, value => ContactId.CanonicalOf(value) == contact.Canonical);
        }
        catch (JsonException)
        {
            return IsIn(body, contact);
        }
    }

    /// <summary>Whether the number or id stands in this text, as a whole.</summary>
    public static bool IsIn(ReadOnlySpan<byte> text, ContactId contact)
    {
        foreach (var form in contact.Forms)
        {
            var sought = Encoding.UTF8.GetBytes(form.TrimStart('+'));
            for (var start = 0; text[start..].IndexOf(sought) is >= 0 and var found; start += found + 1)
            {
                var (before, after) = (start + found - 1, start + found + sought.Length);
                if ((before < 0 || !Continues(text[before], contact)) && (after >= text.Length || !Continues(text[after], contact)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The same as a regular expression of the database.</summary>
    public static string PatternOf(ContactId contact)
    {
        var bound = contact.IsPhone ? "[^0-9]" : "[^0-9A-Za-z]";
        var forms = contact.Forms.Select(form => string.Concat(form.TrimStart('+').Select(letter => char.IsAsciiLetterOrDigit(letter) || letter > '\x7f' ? $"{letter}" : $"\\{letter}")));
        return $"(^|{bound})({string.Join('|', forms)})({bound}|$)";
    }

    /// <summary>Whether any value that may name a person is one that is sought.</summary>
    /// <param name="json">The body.</param>
    /// <param name="phonesOnly">Whether only phones are sought: fewer values have to be looked at.</param>
    /// <param name="isSought">Gets a value as it is written.</param>
    /// <exception cref="JsonException">The body is no JSON.</exception>
    public static bool Any(ReadOnlySpan<byte> json, bool phonesOnly, Func<string, bool> isSought)
    {
        var reader = new Utf8JsonReader(json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json, AnyDepth);
        var isText = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isText = IsText(ref reader);
                continue;
            }

            if (!isText && reader.TokenType is JsonTokenType.String or JsonTokenType.Number && reader.ValueSpan.Length is > 0 and <= MaxBytes
                && (!phonesOnly || MayBePhone(reader.ValueSpan)) && Value(ref reader) is { } value && isSought(value))
            {
                return true;
            }

            isText = false;
        }

        return false;
    }

    /// <summary>
    /// Bytes that every body of the person holds, for the database to leave out the others cheaply: of an id the longest part
    /// that no JSON escapes. None of a number: people write separators between any two digits, and JSON may escape a digit.
    /// </summary>
    public static byte[] NeedleOf(ContactId contact)
    {
        if (contact.IsPhone)
        {
            return [];
        }

        var longest = "";
        var start = 0;
        for (var i = 0; i <= contact.Canonical.Length; i++)
        {
            if (i == contact.Canonical.Length || !char.IsAsciiLetterOrDigit(contact.Canonical[i]))
            {
                longest = i - start > longest.Length ? contact.Canonical[start..i] : longest;
                start = i + 1;
            }
        }

        return Encoding.ASCII.GetBytes(longest);
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        foreach (var name in Texts)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Escapes included: the plus of a number may be written as one.</summary>
    private static bool MayBePhone(ReadOnlySpan<byte> value)
    {
        var digits = 0;
        foreach (var letter in value)
        {
            if (char.IsAsciiDigit((char)letter))
            {
                digits++;
            }
            else if (char.IsAsciiLetter((char)letter) && value.IndexOfAny((byte)'@', (byte)'\\') < 0)
            {
                return false;
            }
        }

        return digits >= MinDigits;
    }

    /// <summary>Whether a number or id may be longer than what was found of it.</summary>
    private static bool Continues(byte letter, ContactId contact)
        => char.IsAsciiDigit((char)letter) || (!contact.IsPhone && char.IsAsciiLetter((char)letter));

    private static string? Value(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.ASCII.GetString(reader.ValueSpan);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no number, and no id that anybody could write.
            return null;
        }
    }
}
