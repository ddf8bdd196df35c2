using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis
{
    /// <summary>The settings of the same name, as far as they are used.</summary>
    public sealed class StackExchangeRedisSettings
    {
        public string? ConnectionString { get; set; }

        public bool DisableHealthChecks { get; set; }

        public bool DisableTracing { get; set; }
    }
}

namespace Microsoft.Extensions.Hosting
{
    /// <summary>Stands in for <c>Aspire.StackExchange.Redis</c>.</summary>
    public static class AspireRedisExtensions
    {
        public static void AddRedisClient(
            this IHostApplicationBuilder builder,
            string connectionName,
            Action<StackExchangeRedisSettings>? configureSettings = null,
            Action<ConfigurationOptions>? configureOptions = null)
        {
            var settings = new StackExchangeRedisSettings();
            builder.Configuration.GetSection("Aspire:StackExchange:Redis").Bind(settings);
            settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
            configureSettings?.Invoke(settings);

            builder.Services.AddSingleton<IConnectionMultiplexer>(_ =>
            {
                var options = ConfigurationOptions.Parse(settings.ConnectionString ?? "");
                options.AbortOnConnectFail = false;
                configureOptions?.Invoke(options);
                var multiplexer = ConnectionMultiplexer.Connect(options);
                // Keeping the order of continuations lets one that blocks stall the whole client.
                multiplexer.PreserveAsyncOrder = false;
                return multiplexer;
            });

            if (!settings.DisableHealthChecks)
            {
                builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                    "StackExchange.Redis", services => new PingHealthCheck(services), failureStatus: null, tags: null));
            }
        }

        private sealed class PingHealthCheck(IServiceProvider services) : IHealthCheck
        {
            public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
            {
                try
                {
                    await services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().PingAsync().ConfigureAwait(false);
                    return HealthCheckResult.Healthy();
                }
                catch (Exception exception)
                {
                    return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
                }
            }
        }
    }
}
