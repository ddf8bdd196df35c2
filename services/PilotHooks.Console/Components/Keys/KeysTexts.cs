namespace PilotHooks.Console.Components.Keys;

/// <summary>Names the texts of the page of API keys.</summary>
internal sealed class KeysTexts;
