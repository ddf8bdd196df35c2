using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PilotHooks.AppHost;

/// <summary>Reads options, and keeps what is wrong with the first that cannot be read.</summary>
internal sealed class OptionValues(IConfiguration configuration)
{
    public string? Refusal { get; private set; }

    /// <summary>Null where it is absent or empty. Most shells take no hyphen in a name: an underscore stands for it, as in Aspire.</summary>
    public string? Text(string name)
        => configuration[name] is { Length: > 0 } text ? text
            : configuration[name.Replace('-', '_')] is { Length: > 0 } other ? other
            : null;

    /// <summary>Refuses what is wrong in another way.</summary>
    public void Refuse(bool isWrong, string reason)
    {
        if (isWrong)
        {
            Refusal ??= reason;
        }
    }

    /// <summary>Refuses a name in a section of ours that is none of the known ones.</summary>
    public void RefuseUnknown(string section, string[] known)
    {
        var unknown = configuration.GetSection(section).GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        Refuse(unknown is not null, $"--{section}:{unknown?.Key}: there are {string.Join(", ", known.Select(name => $"--{section}:{name}"))}.");
    }

    public T Choice<T>(string name, T fallback)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (!int.TryParse(text, CultureInfo.InvariantCulture, out _) && Enum.TryParse<T>(text, ignoreCase: true, out var value))
        {
            return value;
        }

        Refusal ??= $"--{name} {text}: there are {string.Join(", ", Enum.GetNames<T>().Select(value => value.ToLowerInvariant()))}.";
        return fallback;
    }

    public int Number(string name, int fallback, int max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max)
        {
            return value;
        }

        Refusal ??= $"--{name} {text}: a whole number from 1 to {max}.";
        return fallback;
    }

    public bool Switch(string name, string on, string off, bool fallback)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (!text.Equals(on, StringComparison.OrdinalIgnoreCase) && !text.Equals(off, StringComparison.OrdinalIgnoreCase))
        {
            Refusal ??= $"--{name} {text}: there are {on} and {off}.";
        }

        return text.Equals(on, StringComparison.OrdinalIgnoreCase);
    }
}
