using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Texts;

/// <summary>Every word that a viewer sees is there in both languages, and nowhere else.</summary>
public sealed partial class ResourceTests
{
    private const string Portuguese = ".pt-BR.resx";
    private static readonly string Components = Path.Combine(Repository.Root, "services", "PilotHooks.Console", "Components");

    // Names, and what is the same in every language.
    private static readonly string[] Allowed = ["PilotHooks", "UTC", "JSON", "ps_…", "whsec_…", "whsec_•", "ms", "·", "–", "English", "Português"];

    public static TheoryData<string> Resources => [.. Directory
        .EnumerateFiles(Components, "*.resx", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith(Portuguese, StringComparison.Ordinal))
        .Select(path => Path.GetRelativePath(Components, path))];

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Components, "*.razor", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Components, path))];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Both_languages_have_the_same_texts(string resource)
    {
        var english = Read(Path.Combine(Components, resource));
        var portuguese = Read(Path.Combine(Components, Path.ChangeExtension(resource, null) + Portuguese));

        portuguese.Keys.ShouldBe(english.Keys, ignoreOrder: true);
        foreach (var (key, text) in english)
        {
            text.ShouldNotBeNullOrWhiteSpace(key);
            portuguese[key].ShouldNotBeNullOrWhiteSpace(key);
            Placeholders(portuguese[key]).ShouldBe(Placeholders(text), ignoreOrder: true, customMessage: key);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_uses_only_texts_that_there_are(string page)
    {
        var file = Path.Combine(Components, page);
        // A part that a page names by an expression is looked up there; only what stands in quotes can be checked.
        var used = Used().Matches(File.ReadAllText(file)).Select(match => match.Groups["key"].Value).Distinct();
        var folder = Path.GetDirectoryName(file)!;
        var known = Directory.EnumerateFiles(folder, "*Texts.resx").SelectMany(path => Read(path).Keys).ToHashSet();

        used.Where(key => !known.Contains(key)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_has_no_words_of_its_own(string page)
    {
        var markup = Markup(File.ReadAllText(Path.Combine(Components, page)));

        var words = Texts().Matches(markup).Select(match => match.Groups["text"].Value)
            .Concat(Labels().Matches(markup).Select(match => match.Groups["text"].Value))
            .Select(text => Allowed.Aggregate(Codes().Replace(text, ""), (rest, allowed) => rest.Replace(allowed, "", StringComparison.Ordinal)))
            .Where(text => text.Any(char.IsLetter));

        words.ShouldBeEmpty();
    }

    /// <summary>What is left of a component without its code.</summary>
    private static string Markup(string text)
    {
        var markup = text.Split("@code", 2)[0];
        markup = Comments().Replace(markup, "");
        return WithoutExpressions(string.Join('\n', markup.Split('\n').Where(line => !Statements().IsMatch(line))));
    }

    /// <summary>Takes out what stands behind an @: nothing of it is seen as it stands.</summary>
    private static string WithoutExpressions(string markup)
    {
        var rest = new StringBuilder();
        for (var at = 0; at < markup.Length; at++)
        {
            if (markup[at] != '@')
            {
                rest.Append(markup[at]);
                continue;
            }

            var end = at + 1;
            while (end < markup.Length)
            {
                if (markup[end] is '(' or '[')
                {
                    end = Closing(markup, end) + 1;
                }
                else if (IsName(markup[end]) || (markup[end] is '.' or '?' or '!' && end + 1 < markup.Length && (IsName(markup[end + 1]) || markup[end + 1] is '.')))
                {
                    end++;
                }
                else
                {
                    break;
                }
            }

            at = end - 1;
        }

        return rest.ToString();
    }

    private static bool IsName(char letter) => char.IsLetterOrDigit(letter) || letter == '_';

    /// <summary>Where the bracket that opens here closes, past those inside and past strings.</summary>
    private static int Closing(string text, int open)
    {
        var depth = 0;
        for (var at = open; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' or ']' or '}' when --depth == 0:
                    return at;
                case '"':
                    at = text.IndexOf('"', at + 1);
                    break;
            }
        }

        return text.Length - 1;
    }

    private static Dictionary<string, string> Read(string path)
        => XDocument.Load(path).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\bT\[""(?<key>[^""]+)""")]
    private static partial Regex Used();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comments();

    // Directives, control flow and C# between the tags.
    [GeneratedRegex(@"^\s*(@(page|layout|inherits|attribute|using|inject|implements|typeparam|if|foreach|for|switch)\b|else\b|case\b|default:|break;|var\b|[{}]|//|.*;\s*$)")]
    private static partial Regex Statements();

    [GeneratedRegex(@">(?<text>[^<>{}]+)<")]
    private static partial Regex Texts();

    [GeneratedRegex(@"\b(title|placeholder|aria-label|alt|Label|Title|Lead|Hint|Text|Confirm|Placeholder|Unit|BackText)=""(?<text>[^""@][^""]*)""")]
    private static partial Regex Labels();

    [GeneratedRegex(@"https?://\S+|\b[a-z]+(\.[a-z_*]+)+")]
    private static partial Regex Codes();
}
