using PilotHooks.AppHost;
using PilotHooks.AppHost.Commands;
using PilotHooks.AppHost.LocalServers;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(AppHostOptions.Help);
    return 0;
}

var builder = DistributedApplication.CreateBuilder(args);
var options = new AppHostOptions(builder.Configuration, Path.GetFullPath("..", builder.AppHostDirectory), builder.ExecutionContext.IsPublishMode);
if ((AppHostOptions.FindMissingValue(args) ?? options.Refusal) is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return 2;
}

// Servers and secrets.
var secrets = new LocalSecrets(options.Data);
if (Servers.Add(builder, options, secrets) is not { } servers)
{
    return 1;
}

var apiKey = secrets.AddParameter(builder, "api-key", "The first key of the API, for all numbers.", LocalSecrets.NewApiKey);
var platformSecret = secrets.AddParameter(builder, "platform-secret",
    "Signs what the WhatsApp API Platform sends: its `whsec_` text. Several with commas between are all accepted.", LocalSecrets.NewWebhookSecret);
var erasureKey = secrets.AddParameter(builder, "erasure-key", "Under it the services remember whom they erased. Keep it: several with commas between are all known, the first is used.", LocalSecrets.NewPassword);
var gatewayToken = secrets.AddParameter(builder, "gateway-token", "Proves to the services behind the console that it is the console that asks.", LocalSecrets.NewPassword);

// Makes the services' roles and users, and brings the databases up to date, before anything that needs them starts.
var migrations = builder.AddProject<Projects.PilotHooks_Migrations>("migrations", launchProfileName: null)
    .WaitFor(servers.Postgres)
    .WithIconName("DatabaseArrowUp")
    .WithHiddenOnCompletion();
if (servers.Management is { } management)
{
    migrations.WithReference(servers.Postgres, "postgres").WithEnvironment("Broker__Management", management);
}

// Services, in the order in which an event meets them.
var ingress = WithServers(builder.AddProject<Projects.PilotHooks_Ingress>("ingress", launchProfileName: null), hasDatabase: false)
    .WithHttpEndpoint(port: options.Port("ingress"))
    .WithExternalHttpEndpoints()
    .DisableForwardedHeaders() // Aspire would have it believe them from anybody.
    .WithReference(servers.Redis).WaitFor(servers.Redis)
    .WithEnvironment("Sources__platform__Secrets", platformSecret)
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", _ => new() { Url = "/hooks/whatsapp", DisplayText = "Webhooks of Pilot Status" })
    .WithUrlForEndpoint("http", _ => new() { Url = "/hooks/platform", DisplayText = "Webhooks of the API Platform" })
    .WithIconName("ArrowDownload")
    .WithReplicas(options.Scale("ingress"));
var whatsappToken = options.WhatsappAuthentication != "query-token" ? null : secrets.AddParameter(builder, "whatsapp-token",
    "The token in the address for Pilot Status: https://<host of the ingress>/hooks/whatsapp?token=<this>.", LocalSecrets.NewPassword, isMadeWherePublished: true);
if (options.WhatsappAuthentication is { } authentication)
{
    ingress.WithEnvironment("Sources__whatsapp__Authentication", authentication);
}

if (whatsappToken is not null)
{
    ingress.WithEnvironment("Sources__whatsapp__Secrets__0", whatsappToken);
}

var messaging = AddConsumer<Projects.PilotHooks_Messaging>("messaging", "Chat");
var numbers = AddConsumer<Projects.PilotHooks_Numbers>("numbers", "HeartPulse");
var calls = AddConsumer<Projects.PilotHooks_Calls>("calls", "Call");
var relay = AddConsumer<Projects.PilotHooks_Relay>("relay", "Send")
    .WithEnvironment("Relay__AllowPrivateEndpoints", options.AllowPrivateEndpoints ? "true" : "false");

var console = WithServers(builder.AddProject<Projects.PilotHooks_Console>("console", launchProfileName: null))
    .WithHttpEndpoint(port: options.Port("console"))
    .WithExternalHttpEndpoints()
    .DisableForwardedHeaders() // It believes those of its Proxies:Trusted.
    .WithReference(messaging).WaitFor(messaging)
    .WithReference(numbers).WaitFor(numbers)
    .WithReference(calls).WaitFor(calls)
    .WithReference(relay).WaitFor(relay)
    .WithEnvironment("Gateway__Token", gatewayToken)
    .WithEnvironment("ApiKey", apiKey)
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "Console")
    .WithUrlForEndpoint("http", _ => new() { Url = "/v1/overview", DisplayText = "API" })
    .WithIconName("Desktop")
    .WithConsoleCommands(apiKey.Resource);

// The provider: a real one where it is named or the system is published, else the simulator.
if (options.Simulator)
{
    var simulator = builder.AddProject<Projects.PilotHooks_Simulator>("simulator", launchProfileName: null)
        .WithHttpEndpoint(port: options.Port("simulator"))
        .WithReference(ingress).WaitFor(ingress)
        .WithEnvironment("Simulator__PlatformSecret", platformSecret)
        .WithHttpHealthCheck("/health")
        .WithUrlForEndpoint("http", url => url.DisplayText = "Simulator")
        .WithIconName("BuildingShop")
        .WithSimulatorCommands();
    if (whatsappToken is not null)
    {
        simulator.WithEnvironment("Simulator__WhatsappToken", whatsappToken);
    }

    if (!options.HasProvider)
    {
        var simulatorKey = secrets.AddParameter(builder, "simulator-key", "The key of the simulated provider's API.", LocalSecrets.NewApiKey);
        simulator.WithEnvironment("Simulator__ApiKey", simulatorKey);
        messaging
            .WithEnvironment("Provider__Url", simulator.GetEndpoint("http"))
            .WithEnvironment("Provider__Key", simulatorKey);
    }
}

if (options.HasProvider)
{
    messaging
        .WithEnvironment("Provider__Url", builder.AddParameter("provider-url").WithDescription("Where messages are sent: the address of the provider's API."))
        .WithEnvironment("Provider__Key", builder.AddParameter("provider-key", secret: true).WithDescription("Our key of the provider's API."));
}

if (builder.ExecutionContext.IsRunMode)
{
    // The databases lie on this machine. What is published needs certificates, or to be told so.
    relay.WithEnvironment("Relay__KeyProtection__AllowUnprotected", "true");
    console.WithEnvironment("Console__KeyProtection__AllowUnprotected", "true");

    // Of this run only, and not of anything published.
    var signInToken = LocalSecrets.NewPassword();
    console
        .WithEnvironment("SignIn__Token", signInToken)
        .WithEnvironment("Console__IngressUrl", ingress.GetEndpoint("http"));
    if (builder.Configuration["AppHost:BrowserToken"] is not null && builder.Configuration["ASPNETCORE_URLS"] is { } dashboard)
    {
        console.WithEnvironment("Console__DashboardUrl", dashboard.Split(';')[0]);
    }

    console.AnnounceWhenReady(options, apiKey.Resource, whatsappToken?.Resource, signInToken);
}

builder.Build().Run();
return Environment.ExitCode;

// Consumers are alike: each has a database of its own, and answers the console alone.
IResourceBuilder<ProjectResource> AddConsumer<TProject>(string name, string icon)
    where TProject : IProjectMetadata, new()
    => WithServers(builder.AddProject<TProject>(name, launchProfileName: null))
        .WithHttpEndpoint()
        .WithEnvironment("Gateway__Token", gatewayToken)
        .WithHttpHealthCheck("/health")
        .WithIconName(icon)
        .WithReplicas(options.Scale(name));

// A user of its own at the broker, who reads its own queues alone, and a role of its own, which opens its database alone.
IResourceBuilder<ProjectResource> WithServers(IResourceBuilder<ProjectResource> service, bool hasDatabase = true)
{
    var (name, broker) = (service.Resource.Name, servers.BrokerOf(service.Resource.Name));
    migrations.WithEnvironment($"Broker__Users__{name}", broker);
    service.WithEnvironment("ConnectionStrings__broker", broker).WithReferenceRelationship(servers.Broker).WaitFor(servers.Broker);
    if (hasDatabase)
    {
        var database = builder.AddConnectionString($"{name}-db", servers.DatabaseOf(name)).WithParentRelationship(servers.Postgres).WithIconName("Database");
        migrations.WithReference(database, name);
        service.WithReference(database, name).WithEnvironment("Erasure__Key", erasureKey).WithEnvironment("Migrations__ApplyOnStart", "false");
    }

    return hasDatabase || servers.Management is not null ? service.WaitForCompletion(migrations) : service;
}
