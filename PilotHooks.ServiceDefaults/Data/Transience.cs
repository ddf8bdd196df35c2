using System.Net.Sockets;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>Tells a database that is away, busy or in conflict from data that it will never take.</summary>
public static class Transience
{
    /// <summary>Whether the same statement may succeed later, with nothing about it changed.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.IdleSessionTimeout } => true,
        NpgsqlException { IsTransient: true } => true,
        NpgsqlException { InnerException: { } inner } => IsTransient(inner),
        TimeoutException or SocketException or IOException => true,
        _ => false,
    };
}
