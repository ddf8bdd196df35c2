using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>One page of a list: its items and the cursor of the next page, null on the last one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// Where a page starts: behind the row with this time and key. It names a row, not a place in the list, so rows that
/// arrive meanwhile shift nothing.
/// </summary>
public sealed record Cursor(DateTimeOffset At, string Key)
{
    /// <summary>The opaque text that the API hands out. It holds the list that it belongs to, and is no cursor of any other.</summary>
    internal string Write(string list)
        => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{list}|{At.UtcTicks}|{Key}")));

    /// <summary>Reads what <see cref="Write"/> wrote for this list; null if it is anything else, a cursor of a former version too.</summary>
    internal static Cursor? Read(string text, string list)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|', 3);
        return parts.Length == 3
            && parts[0] == list
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && !parts[2].Contains('\0', StringComparison.Ordinal)
            ? new Cursor(new DateTimeOffset(ticks, TimeSpan.Zero), parts[2])
            : null;
    }
}

/// <summary>
/// The <c>limit</c> (1 to 200, default 50) and <c>cursor</c> of a list's query, as an endpoint parameter. Anything else
/// is answered 400, and so is the cursor of another list or of other filters.
/// </summary>
/// <param name="List">A digest of the list and its filters.</param>
public sealed record PageQuery(int Limit, Cursor? After, string List = "")
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    // They say how much of the list is shown and how, not what is in it.
    private static readonly HashSet<string> NoFilters = new(["limit", "cursor", "content", "include", "hours", "slots"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Read by the framework for an endpoint parameter of this type.</summary>
    public static ValueTask<PageQuery> BindAsync(HttpContext context)
    {
        var limit = DefaultLimit;
        if (context.Request.Query["limit"].ToString() is { Length: > 0 } limitText
            && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            throw new BadHttpRequestException($"limit is a whole number from 1 to {MaxLimit}.");
        }

        var list = DigestOf(context.Request, Caller.Find(context)?.NumberId);
        Cursor? after = null;
        if (context.Request.Query["cursor"].ToString() is { Length: > 0 } cursorText)
        {
            after = Cursor.Read(cursorText, list) ?? throw new BadHttpRequestException("cursor is not one that this list handed out for these filters.");
        }

        return ValueTask.FromResult(new PageQuery(limit, after, list));
    }

    /// <summary>The cursor of the page behind this row, for a list that makes its page itself.</summary>
    public string Next(Cursor last) => last.Write(List);

    /// <summary>
    /// Makes the page from <see cref="Limit"/> + 1 rows, of which the last only tells that there is a further page.
    /// </summary>
    public Page<TItem> ToPage<TRow, TItem>(IReadOnlyList<TRow> rows, Func<TRow, Cursor> cursor, Func<TRow, TItem> item)
        => new([.. rows.Take(Limit).Select(item)], rows.Count > Limit ? Next(cursor(rows[Limit - 1])) : null);

    /// <summary>
    /// The path is the list, and every parameter that is given is a filter, so that no list can forget one. So is the number
    /// of the caller's key.
    /// </summary>
    private static string DigestOf(HttpRequest request, string? numberId)
    {
        var filters = request.Query.Where(filter => !NoFilters.Contains(filter.Key) && filter.Value.ToString().Length > 0)
            .Select(filter => $"{filter.Key.ToLowerInvariant()}={filter.Value}").Order(StringComparer.Ordinal);
        var text = string.Join('\n', [request.Path.Value?.TrimEnd('/') ?? "", numberId ?? "", .. filters]);
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 9));
    }
}
