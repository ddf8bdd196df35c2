using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.ServiceDefaults.Figures;

/// <summary>How often a replica reports its figures.</summary>
public sealed class FigureOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Figures";

    /// <summary>Between two reports; best a part of the overview's resolution.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// Reports what a service counts, to be shown by the console. The figures are those of the service's own metrics, which
/// cost the same whether anybody looks or not.
/// </summary>
public static class Figures
{
    /// <summary>Adds it; <paramref name="service"/> is the service's name in the overview.</summary>
    public static void AddFigures(this WebApplicationBuilder builder, string service)
    {
        if (builder.Services.All(added => added.ServiceType != typeof(Broker)))
        {
            builder.AddBroker(service);
        }

        builder.Services.AddOptions<FigureOptions>().BindConfiguration(FigureOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<FigureCollector>();
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<FigureReporter>(services, service));
    }
}
