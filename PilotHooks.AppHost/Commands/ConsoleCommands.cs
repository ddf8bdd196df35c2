using System.Net.Http.Json;

namespace PilotHooks.AppHost.Commands;

/// <summary>What the dashboard, and <c>aspire resource console COMMAND</c>, can do through the API, with the first key.</summary>
internal static class ConsoleCommands
{
    public static IResourceBuilder<ProjectResource> WithConsoleCommands(this IResourceBuilder<ProjectResource> console, ParameterResource apiKey) => console
        .WithHttpCommand("/v1/dead-letters/replay", "Replay all dead letters", commandName: "replay-dead-letters", commandOptions: new()
        {
            Description = "Puts back what a consumer could not process.",
            IconName = "ArrowRepeatAll",
            PrepareRequest = context => AuthorizeAsync(context, apiKey),
            ResultMode = HttpCommandResultMode.Json,
        })
        .WithHttpCommand("/v1/api-keys", "Make an API key", commandName: "make-api-key", commandOptions: new()
        {
            Description = "Makes a key of the API and shows it once.",
            IconName = "Key",
            Arguments =
            [
                new() { Name = "name", Label = "Name", InputType = InputType.Text, Required = true },
                new() { Name = "numberId", Label = "Number id", Description = "Empty: the key is for all numbers.", InputType = InputType.Text },
            ],
            PrepareRequest = context =>
            {
                var numberId = context.Arguments.GetString("numberId");
                context.Request.Content = JsonContent.Create(new { name = context.Arguments.GetString("name"), numberId = string.IsNullOrWhiteSpace(numberId) ? null : numberId });
                return AuthorizeAsync(context, apiKey);
            },
            ResultMode = HttpCommandResultMode.Json,
        });

    private static async Task AuthorizeAsync(HttpCommandRequestContext context, ParameterResource apiKey)
        => context.Request.Headers.Add("x-api-key", await apiKey.FirstKeyAsync(context.CancellationToken));

    /// <summary>Of the keys that the parameter may hold with commas between, the one to use.</summary>
    public static async Task<string?> FirstKeyAsync(this ParameterResource apiKey, CancellationToken cancellationToken)
        => (await apiKey.GetValueAsync(cancellationToken))?.Split(',')[0].Trim();
}
