namespace PilotHooks.ServiceDefaults.Api;

/// <summary>The one form in which the system keeps and answers a party of a call or a conversation.</summary>
public static class PhoneNumber
{
    private const string Separators = " -.()";
    private const string UserSuffix = "@s.whatsapp.net";
    private const int MaxDigits = 20;

    /// <summary>
    /// E.164 with <c>+</c> for anything that is a phone number: digits with or without <c>+</c>, the separators people
    /// write, a WhatsApp user address (with or without a device). What is no phone number, such as the user id of
    /// somebody who hides theirs, stays as it is. Null for nothing.
    /// </summary>
    public static string? Normalise(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var number = text.AsSpan();
        if (number.EndsWith(UserSuffix, StringComparison.OrdinalIgnoreCase))
        {
            number = number[..^UserSuffix.Length];
            number = number.IndexOf(':') is >= 0 and var device ? number[..device] : number;
        }

        number = number.TrimStart('+');
        Span<char> digits = stackalloc char[MaxDigits];
        var count = 0;
        foreach (var letter in number)
        {
            if (char.IsAsciiDigit(letter) && count < MaxDigits)
            {
                digits[count++] = letter;
            }
            else if (!Separators.Contains(letter, StringComparison.Ordinal))
            {
                return text;
            }
        }

        return count == 0 ? text : $"+{digits[..count]}";
    }
}
