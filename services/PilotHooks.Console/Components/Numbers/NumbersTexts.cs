namespace PilotHooks.Console.Components.Numbers;

/// <summary>Names the texts of the numbers' pages.</summary>
internal sealed class NumbersTexts;
