namespace PilotHooks.Console.Components.Shared;

/// <summary>What a badge, a message or a line of a chart means; each has a colour and an icon.</summary>
public enum BadgeKind
{
    /// <summary>Nothing in particular.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Broken.</summary>
    Bad,

    /// <summary>Under way, or only to be known.</summary>
    Info,
}

internal static class BadgeKinds
{
    public static string Css(this BadgeKind kind) => kind switch
    {
        BadgeKind.Ok => "ok",
        BadgeKind.Warn => "warn",
        BadgeKind.Bad => "bad",
        BadgeKind.Info => "info",
        _ => "neutral",
    };

    public static string Icon(this BadgeKind kind) => kind switch
    {
        BadgeKind.Ok => "check",
        BadgeKind.Warn => "warn",
        BadgeKind.Bad => "bad",
        BadgeKind.Info => "info",
        _ => "dot",
    };
}
