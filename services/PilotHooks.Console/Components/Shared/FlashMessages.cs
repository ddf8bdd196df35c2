namespace PilotHooks.Console.Components.Shared;

/// <summary>What the next page says once, such as "Deleted" after a form was sent.</summary>
internal sealed class FlashMessages(OneTimeCookies cookies)
{
    private const string Cookie = "pilothooks-flash";

    /// <summary>For the next page, in the viewer's language.</summary>
    public void Say(string text, BadgeKind kind = BadgeKind.Ok) => cookies.Leave(Cookie, new Message(kind, text));

    /// <summary>What is to say now, if anything.</summary>
    public Message? Take() => cookies.Take<Message>(Cookie);

    internal sealed record Message(BadgeKind Kind, string Text);
}
