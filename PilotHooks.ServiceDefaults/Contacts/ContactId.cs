using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>One person as the providers know one: a phone number, or the user id of somebody who hides theirs.</summary>
public sealed record ContactId
{
    /// <summary>As long as an identifier is stored.</summary>
    private const int MaxLength = 256;
    private const string Brazil = "+55";

    /// <summary>As long as a number may be with all that people write between its digits.</summary>
    private const int MaxWritten = 48;

    private ContactId(string canonical) => Canonical = canonical;

    /// <summary>The one spelling of all that mean this person.</summary>
    public string Canonical { get; }

    public bool IsPhone => IsNumber(Canonical);

    /// <summary>As columns may hold it: WhatsApp knows some Brazilian mobiles still without the ninth digit.</summary>
    public string[] Forms => WithoutNinthDigit(Canonical) is { } former ? [Canonical, former] : [Canonical];

    /// <summary>
    /// A person as somebody writes one: a number in any notation (<c>+55 (11) 99999-9999</c>, <c>0055...</c>, <c>tel:</c>, a
    /// WhatsApp address), else an id as it is. Null for what is neither.
    /// </summary>
    public static ContactId? Parse(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var number = text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? text[4..] : text;
        return new ContactId(PhoneOf(number) ?? CanonicalOf(text)!);
    }

    /// <summary>The person that a call names; a 400 if that is none.</summary>
    public static ContactId Of(string? text)
        => Parse(text) ?? throw new BadHttpRequestException($"A contact is a phone number or a user id, of at most {MaxLength} characters.");

    /// <summary>The one spelling of a value that an event holds; null for nothing.</summary>
    public static string? CanonicalOf(string? value)
        => PhoneNumber.Normalise(value) is not { } text ? null : PhoneOf(text) ?? text;

    /// <summary>Everything about the person is personal: whoever writes this record somewhere writes no number.</summary>
    public override string ToString() => nameof(ContactId);

    /// <summary>Null for what is no number, whatever stands between its digits.</summary>
    private static string? PhoneOf(string text)
    {
        var normal = PhoneNumber.Normalise(text);
        if (!IsNumber(normal))
        {
            if (text.Length > MaxWritten || !text.Any(char.IsAsciiDigit))
            {
                return null;
            }

            normal = PhoneNumber.Normalise(string.Concat(text.Where(letter => !IsSeparator(letter))));
        }

        if (!IsNumber(normal))
        {
            return null;
        }

        // The international prefix of many countries; no country's code begins with a zero.
        var phone = normal!.StartsWith("+00", StringComparison.Ordinal) ? $"+{normal[3..]}" : normal;
        return phone.Length > 1 ? WithNinthDigit(phone) ?? phone : null;
    }

    private static bool IsNumber(string? text) => text is ['+', _, ..] && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsSeparator(char letter)
        => letter is '.' or '/' || char.GetUnicodeCategory(letter)
            is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.Format;

    /// <summary>Eight digits that begin with 6 to 9 are a mobile from before the ninth digit; null for any other number.</summary>
    private static string? WithNinthDigit(string phone)
        => phone.Length == 13 && phone.StartsWith(Brazil, StringComparison.Ordinal) && phone[5] is >= '6' and <= '9'
            ? new StringBuilder(phone).Insert(5, '9').ToString()
            : null;

    private static string? WithoutNinthDigit(string phone)
        => phone.Length == 14 && phone.StartsWith(Brazil, StringComparison.Ordinal) && phone[5] == '9' && phone[6] is >= '6' and <= '9'
            ? phone.Remove(5, 1)
            : null;
}
