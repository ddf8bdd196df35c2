using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OpenTelemetry
{
    /// <summary>The builder of the same name; what it can do comes from the SDK's own extensions.</summary>
    public sealed class OpenTelemetryBuilder(Microsoft.Extensions.DependencyInjection.IServiceCollection services) : IOpenTelemetryBuilder
    {
        public Microsoft.Extensions.DependencyInjection.IServiceCollection Services { get; } = services;
    }
}

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Stands in for <c>OpenTelemetry.Extensions.Hosting</c>.</summary>
    public static class OpenTelemetryServicesExtensions
    {
        public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ProviderStarter>());
            return new OpenTelemetryBuilder(services);
        }

        /// <summary>Makes the providers when the host starts; the container disposes, and so flushes, them.</summary>
        private sealed class ProviderStarter(IServiceProvider services) : IHostedService
        {
            public Task StartAsync(CancellationToken cancellationToken)
            {
                services.GetService<TracerProvider>();
                services.GetService<MeterProvider>();
                return Task.CompletedTask;
            }

            public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        }
    }
}
