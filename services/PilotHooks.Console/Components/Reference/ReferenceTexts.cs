namespace PilotHooks.Console.Components.Reference;

/// <summary>Names the texts of the API's reference.</summary>
internal sealed class ReferenceTexts;
