using PilotHooks.Browser.Tests.Calls;
using PilotHooks.Browser.Tests.DeadLetters;
using PilotHooks.Browser.Tests.Events;
using PilotHooks.Browser.Tests.Forms;
using PilotHooks.Browser.Tests.Messages;
using PilotHooks.Browser.Tests.Numbers;
using PilotHooks.Browser.Tests.Webhooks;

namespace PilotHooks.Browser.Tests.Screens;

/// <summary>Every screen there is.</summary>
internal static class AllScreens
{
    public static readonly IReadOnlyList<Screen> List =
    [
        new("overview", "/"),
        .. MessagesScreens.List,
        .. NumbersScreens.List,
        .. CallsScreens.List,
        .. FormsScreens.List,
        .. WebhooksScreens.List,
        .. EventsScreens.List,
        .. DeadLettersScreens.List,
        new("docs", "/docs"),
        new("docs-operation", "/docs", page => page.Locator("#getMessage > summary").ClickAsync()),
        new("keys", "/keys"),
        new("keys-delete", "/keys", page => page.Locator("[data-opens]").First.ClickAsync()),
    ];
}
