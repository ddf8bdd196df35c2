namespace PilotHooks.Console.Components.Overview;

/// <summary>Names the texts of the first page.</summary>
internal sealed class OverviewTexts;
