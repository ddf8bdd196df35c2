using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Data;

/// <summary>Cursors of lists whose rows have a UUID.</summary>
internal static class CursorIds
{
    /// <summary>The row's id in a cursor; a 400 if the cursor is of another list.</summary>
    public static Guid Id(this Cursor cursor)
        => Guid.TryParseExact(cursor.Key, "N", out var id) ? id : throw new BadHttpRequestException("cursor is not one that this list handed out.");

    public static Cursor Of(DateTimeOffset at, Guid id) => new(at, id.ToString("N"));
}
