using Npgsql;
using PilotHooks.Messaging.Messages;

namespace PilotHooks.Messaging.Data;

/// <summary>Notes accepted sends, as part of the transaction that records them, for <see cref="StuckSends.StuckSendWatch"/>.</summary>
internal static class PendingSends
{
    private const string Sql = """
        INSERT INTO pending_sends AS p (key, created_at, look_at) VALUES ($1, $2, now() + $3)
        ON CONFLICT (key) DO UPDATE SET created_at = LEAST(p.created_at, EXCLUDED.created_at)
        """;

    public static NpgsqlBatchCommand Insert(MessageChange send, TimeSpan stuckAfter) => new(Sql)
    {
        Parameters = { new() { Value = send.Key }, new() { Value = send.CreatedAt }, new() { Value = stuckAfter } },
    };
}
