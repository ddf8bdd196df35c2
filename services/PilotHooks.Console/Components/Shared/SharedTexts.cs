namespace PilotHooks.Console.Components.Shared;

/// <summary>Names the texts of the base components.</summary>
internal sealed class SharedTexts;
