using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace PilotHooks.Ingress.Sources;

/// <summary>The sources that exist, by name. Says at start which they are, and which of them take events from anyone.</summary>
internal sealed partial class SourceTable
{
    private readonly FrozenDictionary<string, Source> _sources;

    public SourceTable(IOptions<SourcesOptions> options, ILogger<SourceTable> logger)
    {
        _sources = options.Value.Sources.ToFrozenDictionary(source => source.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var source in _sources.Values)
        {
            if (source.Authentication == SourceAuthentication.None)
            {
                Log.Open(logger, source.Name, source.Format);
            }
            else
            {
                Log.Closed(logger, source.Name, source.Format, source.Authentication, source.Keys.Length);
            }
        }
    }

    public Source? Find(string name) => _sources.GetValueOrDefault(name);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "POST /hooks/{Source} takes {Format} events from anyone who knows the address: its authentication is none")]
        public static partial void Open(ILogger logger, string source, SourceFormat format);

        [LoggerMessage(LogLevel.Information, "POST /hooks/{Source} takes {Format} events with {Authentication}, {Count} secret(s)")]
        public static partial void Closed(ILogger logger, string source, SourceFormat format, SourceAuthentication authentication, int count);
    }
}
