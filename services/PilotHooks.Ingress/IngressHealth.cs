using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Spool;

namespace PilotHooks.Ingress;

/// <summary>
/// Ready means that an event posted now would be kept: by the broker, or by the spool while the broker is away. Redis
/// alone is not asked for, since without it events are published all the same.
/// </summary>
internal sealed class IngressHealth(IBusControl bus, EventPublisher publisher, EventSpool spool, TimeProvider time) : IHealthCheck
{
    /// <summary>A start waits this long for the broker, so that the first events need no detour.</summary>
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(5);

    private readonly long _started = time.GetTimestamp();
    private bool _wasHealthy;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (publisher.IsBrokerAvailable && bus.CheckHealth().Status == BusHealthStatus.Healthy)
        {
            _wasHealthy = true;
            return HealthCheckResult.Healthy("Events go to the broker.");
        }

        if (!_wasHealthy && time.GetElapsedTime(_started) < Connecting)
        {
            return HealthCheckResult.Unhealthy("Connecting to the broker.");
        }

        return await spool.HasRoomAsync(cancellationToken)
            ? HealthCheckResult.Degraded("The broker is away; events go to the spool.")
            : HealthCheckResult.Unhealthy("The broker is away, and the spool is full or away too.");
    }
}
