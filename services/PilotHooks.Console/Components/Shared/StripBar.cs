namespace PilotHooks.Console.Components.Shared;

/// <summary>One bar of a strip: its height, its meaning, and what is said on hover.</summary>
public sealed record StripBar(double Value, BadgeKind Kind, string Text);
