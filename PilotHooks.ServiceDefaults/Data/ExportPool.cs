using System.ComponentModel.DataAnnotations;
using System.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>How many exports there may be.</summary>
public sealed class ExportOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Exports";

    /// <summary>Exports of one service at a time, over all its replicas.</summary>
    [Range(1, 64)]
    public int AtOnce { get; init; } = 2;

    /// <summary>One that takes longer is broken off, so that nobody who reads slowly keeps others from theirs.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>
/// Connections of their own for exports, which read a whole table for minutes: however many ask for one, the connections of
/// everybody else stay free. The places are advisory locks of the database, so all replicas share them, and those of a replica
/// that died are free at once.
/// </summary>
public sealed class ExportPool(NpgsqlDataSource database, IOptions<ExportOptions> options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>When to ask again where all places are taken.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private const int LockClass = 0x65787074;
    private readonly SemaphoreSlim _places = new(options.Value.AtOnce);

    /// <summary>A place, to be disposed of when the export has ended; null if all are taken.</summary>
    public async Task<Export?> TryBeginAsync(CancellationToken cancellationToken)
    {
        // First here: a connection of the pool must be free to ask the database.
        if (!_places.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return null;
        }

        Export? export = null;
        try
        {
            var connection = await database.OpenConnectionAsync(cancellationToken);
            export = new Export(connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken), _places, new(options.Value.MaxDuration, time));
            await using var command = new NpgsqlCommand("SELECT n FROM generate_series(1, $1) n WHERE pg_try_advisory_xact_lock($2, n) LIMIT 1", connection)
            {
                Parameters = { new() { Value = options.Value.AtOnce }, new() { Value = LockClass } },
            };
            if (await command.ExecuteScalarAsync(cancellationToken) is int)
            {
                return export;
            }

            await export.DisposeAsync();
            return null;
        }
        catch
        {
            if (export is null)
            {
                _places.Release();
            }
            else
            {
                await export.DisposeAsync();
            }

            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => database.DisposeAsync();
}

/// <summary>An export under way: one snapshot of the database, in which the same statement finds the same rows twice.</summary>
public sealed class Export(NpgsqlConnection connection, NpgsqlTransaction snapshot, SemaphoreSlim places, CancellationTokenSource deadline) : IAsyncDisposable
{
    private int _isDisposed;

    /// <summary>The connection, in a transaction.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>The transaction.</summary>
    public NpgsqlTransaction Snapshot => snapshot;

    /// <summary>Cancelled when the export has taken too long.</summary>
    public CancellationToken Deadline => deadline.Token;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            try
            {
                await snapshot.DisposeAsync();
                await connection.DisposeAsync();
            }
            finally
            {
                deadline.Dispose();
                places.Release();
            }
        }
    }
}

/// <summary>Registers the pool.</summary>
public static class ExportServices
{
    /// <summary>Adds an <see cref="ExportPool"/> for the database of this connection string.</summary>
    public static void AddExports(this WebApplicationBuilder builder, string connectionName)
    {
        builder.Services.AddOptions<ExportOptions>().BindConfiguration(ExportOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services =>
        {
            var options = services.GetRequiredService<IOptions<ExportOptions>>();
            var source = new NpgsqlDataSourceBuilder(services.GetRequiredService<IConfiguration>().GetConnectionString(connectionName)) { Name = $"{connectionName}-exports" };
            source.ConnectionStringBuilder.MinPoolSize = 0;
            source.ConnectionStringBuilder.MaxPoolSize = options.Value.AtOnce;
            return new ExportPool(source.Build(), options, services.GetRequiredService<TimeProvider>());
        });
    }
}
