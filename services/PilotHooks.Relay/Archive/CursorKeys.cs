using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Archive;

/// <summary>Cursors of lists whose rows are known by a GUID.</summary>
internal static class CursorKeys
{
    public static Guid? Guid(PageQuery page)
        => page.After is null ? null
            : System.Guid.TryParse(page.After.Key, out var key) ? key
            : throw new BadHttpRequestException("cursor is not one that this list handed out.");
}
