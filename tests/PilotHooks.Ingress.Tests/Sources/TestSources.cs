using Microsoft.Extensions.Configuration;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Tests.Sources;

/// <summary>Sources as their configuration makes them.</summary>
internal static class TestSources
{
    public static readonly Source WhatsApp = Of("whatsapp", ("Authentication", "none"));

    public static readonly Source Platform = Of("platform", ("Authentication", "none"), ("Format", "platform"));

    public static Source Of(string name, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Sources:{name}:{setting.Key}", (string?)setting.Value))).Build();
        var failures = new List<string>();
        return new SourceParser(configuration.GetSection($"Sources:{name}"), new(SourceFormat.PilotStatus, null), failures).Parse()
            ?? throw new InvalidOperationException(string.Join('\n', failures));
    }
}
