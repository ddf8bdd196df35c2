using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>
/// Reads what the doc comments say of handlers and models, from the files that the compiler writes beside the services. The
/// reader of Microsoft.AspNetCore.OpenApi reads public types of a service alone.
/// </summary>
internal static partial class CodeComments
{
    private static readonly Dictionary<string, XElement> Members = Directory.EnumerateFiles(AppContext.BaseDirectory, "PilotHooks.*.xml")
        .SelectMany(file => XDocument.Load(file).Descendants("member"))
        .GroupBy(member => member.Attribute("name")!.Value)
        .ToDictionary(named => named.Key, named => named.First(), StringComparer.Ordinal);

    public static string? Summary(MethodInfo handler) => Text(Find(handler)?.Element("summary"));

    public static string? Remarks(MethodInfo handler) => Text(Find(handler)?.Element("remarks"));

    public static string? Parameter(MethodInfo handler, string name) => Parameter(Find(handler), name);

    public static string? Summary(Type type) => Text(Members.GetValueOrDefault($"T:{NameOf(type)}")?.Element("summary"));

    /// <summary>Of a positional record, what its parameter says.</summary>
    public static string? Summary(PropertyInfo property)
    {
        var type = NameOf(property.DeclaringType!);
        return Text(Members.GetValueOrDefault($"P:{type}.{property.Name}")?.Element("summary"))
            ?? Parameter(Members.GetValueOrDefault($"T:{type}"), property.Name);
    }

    private static XElement? Find(MethodInfo method)
    {
        var name = $"M:{NameOf(method.DeclaringType!)}.{method.Name}";
        return Members.FirstOrDefault(member => member.Key == name || member.Key.StartsWith($"{name}(", StringComparison.Ordinal)).Value;
    }

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string? Parameter(XElement? member, string name)
        => Text(member?.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")!.Value.TrimStart('@') == name.TrimStart('@')));

    private static string? Text(XElement? element)
        => element is null ? null : Blanks().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement element => $"`{(element.IsEmpty ? element.FirstAttribute!.Value.Split('.')[^1] : element.Value)}`",
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
