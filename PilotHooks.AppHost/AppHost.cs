using PilotHooks.AppHost;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(AppHostOptions.Help);
    return 0;
}

if (AppHostOptions.Refuse(args) is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return 2;
}

var builder = DistributedApplication.CreateBuilder(args);
var options = AppHostOptions.Read(builder.Configuration, builder.ExecutionContext.IsPublishMode);
if (options.Refusal is not null)
{
    Console.Error.WriteLine(options.Refusal);
    return 2;
}

// Infrastructure.
if (Kept.In(options.Data) is not { } kept || Servers.Add(builder, options, kept) is not { } servers)
{
    return 1;
}

var apiKey = builder.AddKeptParameter(kept, "api-key", Kept.NewApiKey);
var platformSecret = builder.AddKeptParameter(kept, "platform-secret", Kept.NewWebhookSecret);
var gatewayToken = builder.AddKeptParameter(kept, "gateway-token", Kept.NewPassword);

// Services, in the order in which an event meets them.
var ingress = builder.AddProject<Projects.PilotHooks_Ingress>("ingress", launchProfileName: null)
    .WithHttpEndpoint(port: options.IngressPort)
    .WithExternalHttpEndpoints()
    .WithReference(servers.Broker).WaitFor(servers.Broker)
    .WithReference(servers.Redis).WaitFor(servers.Redis)
    .WithEnvironment("Sources__platform__Secrets", platformSecret)
    .WithHttpHealthCheck("/health")
    .WithReplicas(options.Scale("ingress"));

var messaging = builder.AddProject<Projects.PilotHooks_Messaging>("messaging", launchProfileName: null)
    .WithHttpEndpoint()
    .WithReference(servers.Broker).WaitFor(servers.Broker)
    .WithReference(servers.Messaging, "messaging").WaitFor(servers.Messaging)
    .WithEnvironment("Gateway__Token", gatewayToken)
    .WithHttpHealthCheck("/health")
    .WithReplicas(options.Scale("messaging"));

var numbers = builder.AddProject<Projects.PilotHooks_Numbers>("numbers", launchProfileName: null)
    .WithHttpEndpoint()
    .WithReference(servers.Broker).WaitFor(servers.Broker)
    .WithReference(servers.Numbers, "numbers").WaitFor(servers.Numbers)
    .WithEnvironment("Gateway__Token", gatewayToken)
    .WithHttpHealthCheck("/health")
    .WithReplicas(options.Scale("numbers"));

var calls = builder.AddProject<Projects.PilotHooks_Calls>("calls", launchProfileName: null)
    .WithHttpEndpoint()
    .WithReference(servers.Broker).WaitFor(servers.Broker)
    .WithReference(servers.Calls, "calls").WaitFor(servers.Calls)
    .WithEnvironment("Gateway__Token", gatewayToken)
    .WithHttpHealthCheck("/health")
    .WithReplicas(options.Scale("calls"));

var relay = builder.AddProject<Projects.PilotHooks_Relay>("relay", launchProfileName: null)
    .WithHttpEndpoint()
    .WithReference(servers.Broker).WaitFor(servers.Broker)
    .WithReference(servers.Relay, "relay").WaitFor(servers.Relay)
    .WithEnvironment("Gateway__Token", gatewayToken)
    .WithEnvironment("Relay__AllowPrivateEndpoints", options.AllowPrivateEndpoints ? "true" : "false")
    .WithHttpHealthCheck("/health")
    .WithReplicas(options.Scale("relay"));

var console = builder.AddProject<Projects.PilotHooks_Console>("console", launchProfileName: null)
    .WithHttpEndpoint(port: options.ConsolePort)
    .WithExternalHttpEndpoints()
    .WithReference(servers.Broker).WaitFor(servers.Broker)
    .WithReference(servers.Console, "console").WaitFor(servers.Console)
    .WithReference(messaging).WaitFor(messaging)
    .WithReference(numbers).WaitFor(numbers)
    .WithReference(calls).WaitFor(calls)
    .WithReference(relay).WaitFor(relay)
    .WithEnvironment("Gateway__Token", gatewayToken)
    .WithEnvironment("ApiKey", apiKey)
    .WithHttpHealthCheck("/health");

// The provider: the simulator in a local run, the real one where its address is given or the system is published.
if (options.Simulator)
{
    var simulator = builder.AddProject<Projects.PilotHooks_Simulator>("simulator", launchProfileName: null)
        .WithHttpEndpoint(port: options.SimulatorPort)
        .WithReference(ingress).WaitFor(ingress)
        .WithEnvironment("Simulator__PlatformSecret", platformSecret)
        .WithHttpHealthCheck("/health");
    if (options.ProviderUrl is null)
    {
        var simulatorKey = builder.AddKeptParameter(kept, "simulator-key", Kept.NewApiKey);
        simulator.WithEnvironment("Simulator__ApiKey", simulatorKey);
        messaging
            .WithEnvironment("Provider__Url", simulator.GetEndpoint("http"))
            .WithEnvironment("Provider__Key", simulatorKey);
    }
}

if (builder.ExecutionContext.IsPublishMode)
{
    messaging
        .WithEnvironment("Provider__Url", builder.AddParameter("provider-url"))
        .WithEnvironment("Provider__Key", builder.AddParameter("provider-key", secret: true));
}
else if (options is { ProviderUrl: { } url, ProviderKey: { } key })
{
    messaging
        .WithEnvironment("Provider__Url", builder.AddParameter("provider-url", url))
        .WithEnvironment("Provider__Key", builder.AddParameter("provider-key", key, secret: true));
}

if (builder.ExecutionContext.IsRunMode)
{
    // Of this run only, and not of anything published.
    var signInToken = Kept.NewPassword();
    console
        .WithEnvironment("SignIn__Token", signInToken)
        .WithEnvironment("Console__IngressUrl", ingress.GetEndpoint("http"));
    if (Dashboard.Url(builder.Configuration) is { } dashboard)
    {
        console.WithEnvironment("Console__DashboardUrl", dashboard);
    }

    builder.Announce(options, kept, signInToken);
}

builder.Build().Run();
return Environment.ExitCode;
