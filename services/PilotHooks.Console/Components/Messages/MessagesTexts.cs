namespace PilotHooks.Console.Components.Messages;

/// <summary>Names the texts of the pages of messages.</summary>
internal sealed class MessagesTexts;
