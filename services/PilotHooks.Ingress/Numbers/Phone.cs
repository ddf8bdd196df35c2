namespace PilotHooks.Ingress.Numbers;

/// <summary>
/// A phone's digits, without the <c>+</c> that some events write and others do not (pilot-status-event-reference.md,
/// "from / to"). Zero where there is none. E.164 has at most 15 digits, so a number holds them.
/// </summary>
internal readonly record struct Phone(ulong Digits)
{
    public bool IsKnown => Digits != 0;

    /// <summary>Reads <c>+5511888888888</c> or <c>5511888888888</c>; anything else is no phone.</summary>
    public static Phone Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] == '+')
        {
            text = text[1..];
        }

        if (text.Length is < 5 or > 15)
        {
            return default;
        }

        ulong digits = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit((char)character))
            {
                return default;
            }

            digits = digits * 10 + (uint)(character - '0');
        }

        return new Phone(digits);
    }
}
