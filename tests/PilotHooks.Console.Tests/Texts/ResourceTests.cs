using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PilotHooks.Console.Tests.Texts;

/// <summary>Every word that a viewer sees is there in both languages, and nowhere else.</summary>
public sealed partial class ResourceTests
{
    private const string Portuguese = ".pt-BR.resx";
    private static readonly string Components = Path.Combine(Root(), "services", "PilotHooks.Console", "Components");

    // Names, and what is the same in every language.
    private static readonly string[] Allowed = ["PilotHooks", "UTC", "JSON", "ps_…", "whsec_…", "whsec_•", "https://example.com/webhook", "ms", "·", "–", "English", "Português"];

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
            .Select(text => Allowed.Aggregate(Expressions().Replace(text, ""), (rest, allowed) => rest.Replace(allowed, "", StringComparison.Ordinal)))
            .Where(text => text.Any(char.IsLetter));

        words.ShouldBeEmpty();
    }

    /// <summary>What is left of a component without its code.</summary>
    private static string Markup(string text)
    {
        var markup = text.Split("@code", 2)[0];
        markup = Comments().Replace(markup, "");
        return string.Join('\n', markup.Split('\n').Where(line => !Statements().IsMatch(line)));
    }

    private static Dictionary<string, string> Read(string path)
        => XDocument.Load(path).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Distinct();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PilotHooks.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

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

    // An expression, with or without brackets: nothing of it is seen as it stands.
    [GeneratedRegex(@"@\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|@[\w.!?]+(?:\[[^\]]*\]|\([^()]*\))*(?:\.\w+(?:\([^()]*\))?)*")]
    private static partial Regex Expressions();
}
