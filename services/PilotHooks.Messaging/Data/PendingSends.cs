using Npgsql;
using PilotHooks.Messaging.Messages;

namespace PilotHooks.Messaging.Data;

/// <summary>Notes which sends were accepted, as part of the transaction that records them: <see cref="StuckSends.StuckSendWatch"/> looks for them.</summary>
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
