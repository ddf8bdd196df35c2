using Microsoft.Extensions.Configuration;

namespace PilotHooks.AppHost;

/// <summary>The parameters of the system.</summary>
internal static class Parameters
{
    /// <summary>
    /// A secret: as configured under <c>Parameters:&lt;name&gt;</c>, else made on the first local run and kept. Published, it
    /// is asked for where the system is deployed.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddKeptParameter(this IDistributedApplicationBuilder builder, Kept kept, string name, Func<string> make)
        => builder.ExecutionContext.IsPublishMode
            ? builder.AddParameter(name, secret: true)
            : builder.AddParameter(name, Value(builder.Configuration, kept, name, make), secret: true);

    public static string Value(IConfiguration configuration, Kept kept, string name, Func<string> make)
        => new OptionValues(configuration).Text($"Parameters:{name}") ?? kept.GetOrMake(name, make);
}
