namespace PilotHooks.Console.Components.Calls;

/// <summary>Names the texts of the calls' pages.</summary>
internal sealed class CallsTexts;
