using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// A connection to the broker beside MassTransit's, for what is no event: opened when it is first needed, and anew when it
/// was lost. The client could recover it by itself, but a channel made in the middle of that is recovered a second time,
/// and the first one lives on and holds messages that nobody acknowledges.
/// </summary>
public sealed class Broker(IConnectionFactory factory, TimeProvider time) : IHealthCheck, IAsyncDisposable
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(3);

    /// <summary>For a channel on which a publish returns when the broker has the message, and throws if it does not take it.</summary>
    public static CreateChannelOptions Confirmed { get; } = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private IConnection? _connection;

    /// <summary>The open connection; throws while the broker does not answer.</summary>
    public async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { IsOpen: true } open)
        {
            return open;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_connection is not { IsOpen: true })
            {
                await DisposeConnectionAsync();
                _connection = await factory.CreateConnectionAsync(cancellationToken);
            }

            return _connection;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(HealthTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await ConnectAsync(either.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"The broker does not answer: {exception.Message}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await DisposeConnectionAsync();
        _gate.Dispose();
    }

    private async Task DisposeConnectionAsync()
    {
        if (_connection is { } old)
        {
            _connection = null;
            await old.DisposeAsync();
        }
    }
}

/// <summary>Registers the connection.</summary>
public static class BrokerServices
{
    /// <summary>Adds the <see cref="Broker"/>; <paramref name="service"/> is the service's name in the broker's list of connections.</summary>
    public static void AddBroker(this WebApplicationBuilder builder, string service)
    {
        builder.AddRabbitMQClient(
            Bus.ConnectionName,
            settings =>
            {
                settings.DisableHealthChecks = true; // It asks the client's own connection; ours is Broker's.
                settings.DisableTracing = true; // It would trace every look at a queue; a replayed event goes on in its own trace.
            },
            factory =>
            {
                factory.ClientProvidedName = $"pilothooks-{service}";
                factory.AutomaticRecoveryEnabled = false;
                factory.RequestedConnectionTimeout = TimeSpan.FromSeconds(5);
            });
        builder.Services.AddSingleton<Broker>();
    }
}
