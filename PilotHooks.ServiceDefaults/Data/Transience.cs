using System.Net.Sockets;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>Tells a database that is away, busy or in conflict from data that it will never take.</summary>
public static class Transience
{
    /// <summary>Whether the same statement may succeed later, with nothing about it changed.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient || IsOfTheServer(postgres.SqlState),
        NpgsqlException { IsTransient: true } => true,
        NpgsqlException { InnerException: { } inner } => IsTransient(inner),
        TimeoutException or SocketException or IOException => true,
        _ => false,
    };

    /// <summary>
    /// Whether the server's state is what is wrong, not the statement or its data: it shuts down or was told to cancel
    /// (class 57), lacks disk or memory (53), cannot read or write (58), lets us in no more or has no such database (28,
    /// 3D), may only read (25006, after a failover), or withholds a privilege (42501). An operator mends all of these;
    /// none is a reason to set events aside.
    /// </summary>
    private static bool IsOfTheServer(string sqlState)
        => sqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege
            || sqlState.AsSpan(0, 2) is "57" or "53" or "58" or "28" or "3D";
}
