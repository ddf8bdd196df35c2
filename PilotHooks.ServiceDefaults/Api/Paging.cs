using System.Buffers.Text;
using System.Globalization;
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
    /// <summary>The opaque text that the API hands out.</summary>
    public override string ToString()
        => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}|{Key}")));

    /// <summary>Reads what <see cref="ToString"/> wrote; null if it is anything else.</summary>
    public static Cursor? Parse(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|', 2);
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && !parts[1].Contains('\0', StringComparison.Ordinal)
            ? new Cursor(new DateTimeOffset(ticks, TimeSpan.Zero), parts[1])
            : null;
    }
}

/// <summary>
/// The <c>limit</c> (1 to 200, default 50) and <c>cursor</c> of a list's query, as an endpoint parameter. Anything else
/// is answered 400.
/// </summary>
public sealed record PageQuery(int Limit, Cursor? After)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>Read by the framework for an endpoint parameter of this type.</summary>
    public static ValueTask<PageQuery> BindAsync(HttpContext context)
    {
        var limit = DefaultLimit;
        if (context.Request.Query["limit"].ToString() is { Length: > 0 } limitText
            && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            throw new BadHttpRequestException($"limit is a whole number from 1 to {MaxLimit}.");
        }

        Cursor? after = null;
        if (context.Request.Query["cursor"].ToString() is { Length: > 0 } cursorText)
        {
            after = Cursor.Parse(cursorText) ?? throw new BadHttpRequestException("cursor is not one that this list handed out.");
        }

        return ValueTask.FromResult(new PageQuery(limit, after));
    }

    /// <summary>
    /// Makes the page from <see cref="Limit"/> + 1 rows, of which the last only tells that there is a further page.
    /// </summary>
    public Page<TItem> ToPage<TRow, TItem>(IReadOnlyList<TRow> rows, Func<TRow, Cursor> cursor, Func<TRow, TItem> item)
        => new([.. rows.Take(Limit).Select(item)], rows.Count > Limit ? cursor(rows[Limit - 1]).ToString() : null);
}
