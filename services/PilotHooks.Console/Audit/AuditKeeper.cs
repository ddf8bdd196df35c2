using System.Text.Json;
using Npgsql;
using PilotHooks.Console.Keys;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Audit;

/// <summary>Twice a minute: records failed authentication in sum, and the intents that are left over.</summary>
internal sealed partial class AuditKeeper(
    AuditStore audit, FailedAuthentications failures, TimeProvider time, ILogger<AuditKeeper> logger) : BackgroundService
{
    private const string Nobody = "anonymous";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(async () =>
                {
                    await RecordFailuresAsync(stoppingToken);
                    await audit.RecordLostAsync(stoppingToken);
                });
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left over is found by another replica, or after the next start.
        }

        await TryAsync(() => RecordFailuresAsync(CancellationToken.None));
    }

    private async Task RecordFailuresAsync(CancellationToken cancellationToken)
    {
        var sum = failures.Take();
        if (sum is { Failed: 0, Refused: 0 })
        {
            return;
        }

        try
        {
            await audit.AddAsync(Nobody, "authentication.failed", @object: null, JsonSerializer.Serialize(sum, JsonSerializerOptions.Web), cancellationToken);
        }
        catch
        {
            failures.PutBack(sum);
            throw;
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is NpgsqlException || Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; the audit is kept later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
