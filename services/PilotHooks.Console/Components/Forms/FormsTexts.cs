namespace PilotHooks.Console.Components.Forms;

/// <summary>Names the texts of the forms' pages.</summary>
internal sealed class FormsTexts;
