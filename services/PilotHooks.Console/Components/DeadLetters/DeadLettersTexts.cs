namespace PilotHooks.Console.Components.DeadLetters;

/// <summary>Names the texts of the page of dead letters.</summary>
internal sealed class DeadLettersTexts;
