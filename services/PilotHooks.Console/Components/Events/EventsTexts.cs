namespace PilotHooks.Console.Components.Events;

/// <summary>Names the texts of the pages of events.</summary>
internal sealed class EventsTexts;
