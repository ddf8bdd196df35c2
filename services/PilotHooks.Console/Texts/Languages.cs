using System.Globalization;

namespace PilotHooks.Console.Texts;

/// <summary>
/// The languages of the pages. Their formats are set here, since a machine without ICU knows the names of languages but
/// nothing about them.
/// </summary>
internal static class Languages
{
    public const string Cookie = "lang";

    public static readonly CultureInfo English = new("en");

    public static readonly CultureInfo Portuguese = new("pt-BR")
    {
        NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", PercentDecimalSeparator = ",", PercentGroupSeparator = "." },
    };

    public static readonly IReadOnlyList<CultureInfo> All = [English, Portuguese];

    /// <summary>The language of this exact name; null if there is none.</summary>
    public static CultureInfo? Find(string? name) => All.FirstOrDefault(language => language.Name == name);

    /// <summary>What the viewer chose, else the first that their browser asks for and that there is, else English.</summary>
    public static CultureInfo Choose(string? chosen, IEnumerable<string> accepted)
        => Find(chosen)
            ?? accepted.Select(Nearest).FirstOrDefault(language => language is not null)
            ?? English;

    private static CultureInfo? Nearest(string name)
        => All.FirstOrDefault(language => Language(name).Equals(Language(language.Name), StringComparison.OrdinalIgnoreCase));

    /// <summary>Without the country.</summary>
    private static string Language(string name) => name.Split('-')[0];
}
