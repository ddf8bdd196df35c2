using Microsoft.Extensions.Options;

namespace PilotHooks.Ingress.Sources;

/// <summary>What a source is where its section does not say it.</summary>
/// <param name="Format">How its events look.</param>
/// <param name="Authentication">How it proves who it is; null where the section has to say it.</param>
internal readonly record struct SourceDefaults(SourceFormat Format, SourceAuthentication? Authentication);

/// <summary>All sources. Two exist by default; configuration changes them and adds others.</summary>
internal sealed class SourcesOptions
{
    public const string Section = "Sources";

    public List<Source> Sources { get; } = [];

    /// <summary>What is wrong with their configuration.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Reads them from <see cref="Section"/>.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="isDevelopment">Whether this is a developer's machine, the only place where a source is open without being told so.</param>
    public void Read(IConfiguration configuration, bool isDevelopment)
    {
        var byDefault = new Dictionary<string, SourceDefaults>(StringComparer.OrdinalIgnoreCase)
        {
            ["whatsapp"] = new(SourceFormat.PilotStatus, isDevelopment ? SourceAuthentication.None : null),
            ["platform"] = new(SourceFormat.Platform, SourceAuthentication.Hmac),
        };
        var section = configuration.GetSection(Section);
        foreach (var name in byDefault.Keys.Concat(section.GetChildren().Select(source => source.Key)).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var defaults = byDefault.GetValueOrDefault(name, new(SourceFormat.PilotStatus, null));
            if (new SourceParser(section.GetSection(name), defaults, Failures).Parse() is { } source)
            {
                Sources.Add(source);
            }
        }
    }

    /// <summary>Refuses to start with a source that could not work, or that would be open by mistake.</summary>
    public sealed class Validator : IValidateOptions<SourcesOptions>
    {
        public ValidateOptionsResult Validate(string? name, SourcesOptions options)
            => options.Failures.Count > 0 ? ValidateOptionsResult.Fail(options.Failures) : ValidateOptionsResult.Success;
    }
}
