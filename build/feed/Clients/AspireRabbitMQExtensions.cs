using System.Net.Sockets;
using Aspire.RabbitMQ.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aspire.RabbitMQ.Client
{
    /// <summary>The settings of the same name, as far as they are used.</summary>
    public sealed class RabbitMQClientSettings
    {
        public string? ConnectionString { get; set; }

        public int MaxConnectRetryCount { get; set; } = 5;

        public bool DisableHealthChecks { get; set; }

        public bool DisableTracing { get; set; }
    }
}

namespace Microsoft.Extensions.Hosting
{
    /// <summary>Stands in for <c>Aspire.RabbitMQ.Client</c>.</summary>
    public static class AspireRabbitMQExtensions
    {
        public static void AddRabbitMQClient(
            this IHostApplicationBuilder builder,
            string connectionName,
            Action<RabbitMQClientSettings>? configureSettings = null,
            Action<ConnectionFactory>? configureConnectionFactory = null)
        {
            var settings = new RabbitMQClientSettings();
            builder.Configuration.GetSection("Aspire:RabbitMQ:Client").Bind(settings);
            settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
            configureSettings?.Invoke(settings);

            builder.Services.AddSingleton<IConnectionFactory>(_ =>
            {
                var factory = new ConnectionFactory();
                if (!string.IsNullOrEmpty(settings.ConnectionString))
                {
                    factory.Uri = new Uri(settings.ConnectionString);
                }

                configureConnectionFactory?.Invoke(factory);
                return factory;
            });
            builder.Services.AddSingleton(services => Connect(services.GetRequiredService<IConnectionFactory>(), settings.MaxConnectRetryCount));

            if (!settings.DisableTracing)
            {
                builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("RabbitMQ.Client.*"));
            }

            if (!settings.DisableHealthChecks)
            {
                builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                    "RabbitMQ.Client", services => new ConnectionHealthCheck(services), failureStatus: null, tags: null));
            }
        }

        private static IConnection Connect(IConnectionFactory factory, int retries)
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    return factory.CreateConnectionAsync().GetAwaiter().GetResult();
                }
                catch (Exception exception) when (attempt < retries && exception is BrokerUnreachableException or SocketException)
                {
                    Thread.Sleep(TimeSpan.FromSeconds(Math.Pow(2, attempt)));
                }
            }
        }

        private sealed class ConnectionHealthCheck(IServiceProvider services) : IHealthCheck
        {
            public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
            {
                try
                {
                    return Task.FromResult(services.GetRequiredService<IConnection>().IsOpen
                        ? HealthCheckResult.Healthy()
                        : new HealthCheckResult(context.Registration.FailureStatus, "The connection is closed."));
                }
                catch (Exception exception)
                {
                    return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception));
                }
            }
        }
    }
}
