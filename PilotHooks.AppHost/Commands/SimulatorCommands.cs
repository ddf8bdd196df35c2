using System.Net.Http.Json;

namespace PilotHooks.AppHost.Commands;

/// <summary>What the dashboard, and <c>aspire resource simulator COMMAND</c>, can make the sample business do.</summary>
internal static class SimulatorCommands
{
    private static readonly InteractionInput Number = new()
    {
        Name = "number",
        Label = "Number",
        InputType = InputType.Choice,
        Options = [new("cmm0mainstore", "Main store"), new("cmm0support", "Support desk"), new("cmm0delivery", "Deliveries")],
        Value = "cmm0mainstore",
        Required = true,
    };

    public static IResourceBuilder<ProjectResource> WithSimulatorCommands(this IResourceBuilder<ProjectResource> simulator) => simulator
        .WithHttpCommand("/simulate/burst", "Send a burst", commandName: "burst", commandOptions: Options(
            "Sends many events at once.",
            "TopSpeed",
            [
                new() { Name = "events", Label = "Events", InputType = InputType.Number, Value = "1000", Required = true },
                new() { Name = "rate", Label = "Events per second", InputType = InputType.Number, Value = "100", Required = true },
            ],
            context => context.Request.Content = JsonContent.Create(new { events = context.Arguments.GetInt32("events"), rate = context.Arguments.GetDouble("rate") })))
        .WithHttpCommand("/simulate/numbers/down", "Take a number down", commandName: "number-down", commandOptions: Options(
            "Disconnects a number until it is taken up again.", "PlugDisconnected", [Number], SendNumber))
        .WithHttpCommand("/simulate/numbers/up", "Take a number up", commandName: "number-up", commandOptions: Options(
            "Connects a number again.", "PlugConnected", [Number], SendNumber))
        .WithHttpCommand("/simulate/stop", "Stop events", commandName: "stop-events", commandOptions: Options("The business falls silent.", "Pause"))
        .WithHttpCommand("/simulate/resume", "Resume events", commandName: "resume-events", commandOptions: Options("The business goes on.", "Play"));

    private static void SendNumber(HttpCommandRequestContext context)
        => context.Request.Content = JsonContent.Create(new { numberId = context.Arguments.GetString("number") });

    private static HttpCommandOptions Options(
        string description, string icon, IReadOnlyList<InteractionInput>? arguments = null, Action<HttpCommandRequestContext>? prepare = null)
        => new()
        {
            Description = description,
            IconName = icon,
            Arguments = arguments ?? [],
            PrepareRequest = context =>
            {
                prepare?.Invoke(context);
                return Task.CompletedTask;
            },
            ResultMode = HttpCommandResultMode.Json,
        };
}
