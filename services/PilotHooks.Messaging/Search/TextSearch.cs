using Dapper;
using Npgsql;
using PilotHooks.Messaging.Messages;

namespace PilotHooks.Messaging.Search;

/// <summary>
/// Finds messages by a part of their text. What is said often is found among the newest messages; what is not, by the index.
/// Where there is no index, or it holds too much of a text, a page walks through a bounded number of messages, and its
/// cursor goes on from there.
/// </summary>
internal sealed class TextSearch(TextIndex index)
{
    /// <summary>How many messages a page walks through where the index is no help: about a fifth of a second's worth.</summary>
    private const int MaxWalked = 50_000;

    /// <summary>How many it walks through before it asks the index: a text that fills no page from them is rare enough for it.</summary>
    private const int MaxWalkedFirst = 5_000;

    /// <summary>In seconds. A text that is common after all, beside a filter that is not.</summary>
    private const int IndexTimeout = 3;

    /// <summary>What was found, in order, and where the search stopped if it did not come to the end.</summary>
    public sealed record Found(IReadOnlyList<MessageRow> Rows, MessageRow? StoppedAt);

    /// <param name="connection">Open.</param>
    /// <param name="filter">With a text.</param>
    /// <param name="parameters">Of the statements of <see cref="MessageListSql"/>.</param>
    /// <param name="limit">How many are wanted.</param>
    /// <param name="oldestFirst">The order.</param>
    /// <param name="afterCursor">Whether the parameters name a place to begin after.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Found> FindAsync(
        NpgsqlConnection connection, MessageFilter filter, DynamicParameters parameters, int limit, bool oldestFirst, bool afterCursor,
        CancellationToken cancellationToken)
    {
        if (!index.IsReady || !IsIndexed(filter.Text!))
        {
            return await WalkAsync(connection, filter, parameters, MaxWalked, oldestFirst, afterCursor, cancellationToken);
        }

        var first = await WalkAsync(connection, filter, parameters, MaxWalkedFirst, oldestFirst, afterCursor, cancellationToken);
        if (first.StoppedAt is not { } end || first.Rows.Count >= limit)
        {
            return first;
        }

        var further = new DynamicParameters(parameters);
        further.Add("AfterAt", end.CreatedAt.UtcDateTime);
        further.Add("AfterKey", end.Key);
        further.Add("Limit", limit - first.Rows.Count);
        try
        {
            var rows = await connection.QueryAsync<MessageRow>(new CommandDefinition(
                MessageListSql.ByTextIndex(filter, oldestFirst), further, commandTimeout: IndexTimeout, cancellationToken: cancellationToken));
            return new Found([.. first.Rows, .. rows], StoppedAt: null);
        }
        catch (NpgsqlException exception) when (exception.InnerException is TimeoutException)
        {
            return await WalkAsync(connection, filter, parameters, MaxWalked, oldestFirst, afterCursor, cancellationToken);
        }
    }

    /// <summary>The index knows runs of three letters or digits, of whatever alphabet the server's locale knows: ASCII at least.</summary>
    private static bool IsIndexed(string text)
    {
        var run = 0;
        return text.Any(letter => (run = char.IsAsciiLetterOrDigit(letter) ? run + 1 : 0) == 3);
    }

    private static async Task<Found> WalkAsync(
        NpgsqlConnection connection, MessageFilter filter, DynamicParameters parameters, int maxWalked, bool oldestFirst, bool afterCursor,
        CancellationToken cancellationToken)
    {
        var bounded = new DynamicParameters(parameters);
        bounded.Add("MaxWalked", maxWalked);
        var walked = (await connection.QueryAsync<MessageRow, WalkedRow, (MessageRow Row, WalkedRow Walked)>(
            new CommandDefinition(MessageListSql.Walk(filter, afterCursor, oldestFirst), bounded, cancellationToken: cancellationToken),
            (row, one) => (row, one),
            splitOn: "is_found")).AsList();
        return new Found(
            [.. walked.Where(one => one.Walked.IsFound).Select(one => one.Row)],
            walked is [.., { Walked.IsEnd: true } end] ? end.Row : null);
    }

    private sealed record WalkedRow
    {
        public bool IsFound { get; init; }
        public bool IsEnd { get; init; }
    }
}
