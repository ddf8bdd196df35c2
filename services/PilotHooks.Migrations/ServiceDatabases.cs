using PilotHooks.Migrations.Rights;
using PilotHooks.ServiceDefaults.Data.Migrations;

namespace PilotHooks.Migrations;

/// <summary>
/// Brings the databases of all services up to date once, before the services that need them start. Any number of runs may
/// overlap, with each other and with services that migrate their own database.
/// </summary>
internal sealed partial class ServiceDatabases(IConfiguration configuration, DatabaseRoles roles, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Each is named as its connection string and as the beginning of its embedded files.</summary>
    public static readonly string[] Names = ["messaging", "numbers", "calls", "relay", "console"];

    private readonly ILogger<ServiceDatabases> _logger = loggers.CreateLogger<ServiceDatabases>();

    /// <summary>Whether all of them are up to date; what keeps one from it is in the log.</summary>
    public async Task<bool> MigrateAsync(CancellationToken cancellationToken)
    {
        var unnamed = Names.Where(name => configuration.GetConnectionString(name) is null).ToList();
        foreach (var name in unnamed)
        {
            Log.NotConfigured(_logger, name);
        }

        if (unnamed.Count > 0)
        {
            return false;
        }

        var done = await Task.WhenAll(Names.Select(name => MigrateAsync(name, cancellationToken)));
        if (done.All(isDone => isDone))
        {
            Log.Done(_logger, Names.Length);
            return true;
        }

        return false;
    }

    private async Task<bool> MigrateAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var connectionString = configuration.GetConnectionString(name)!;
            await roles.EnsureAsync(name, connectionString, cancellationToken);
            await new Migrator(name, connectionString, typeof(ServiceDatabases).Assembly, time, loggers.CreateLogger<Migrator>())
                .MigrateAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Stopped(_logger, name);
        }
        catch (Exception exception)
        {
            Log.Failed(_logger, name, exception.Message);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "ConnectionStrings:{Database} is not configured")]
        public static partial void NotConfigured(ILogger logger, string database);

        [LoggerMessage(LogLevel.Information, "All {Count} databases are up to date")]
        public static partial void Done(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "Stopped before database {Database} was up to date; what was not finished was rolled back")]
        public static partial void Stopped(ILogger logger, string database);

        [LoggerMessage(LogLevel.Critical, "Database {Database} is not up to date: {Reason}")]
        public static partial void Failed(ILogger logger, string database, string reason);
    }
}
