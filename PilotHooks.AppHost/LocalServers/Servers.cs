namespace PilotHooks.AppHost.LocalServers;

/// <summary>The servers that the services need. They have the same names wherever they come from.</summary>
/// <param name="PasswordOf">Of a service's own role and user; null where one of each is given for all.</param>
/// <param name="Management">Where the migrations make the users of the broker; null where nobody may.</param>
internal sealed record Servers(
    IResourceBuilder<IResourceWithConnectionString> Broker,
    IResourceBuilder<IResourceWithConnectionString> Redis,
    IResourceBuilder<IResourceWithConnectionString> Postgres,
    Func<string, ParameterResource>? PasswordOf = null,
    ReferenceExpression? Management = null)
{
    /// <summary>What a service connects to the broker with.</summary>
    public ReferenceExpression BrokerOf(string name) => PasswordOf is null
        ? ReferenceExpression.Create($"{Broker}")
        : ReferenceExpression.Create($"amqp://{name}:{PasswordOf(name):uri}@{Of(Broker, EndpointProperty.HostAndPort)}");

    /// <summary>What a service opens its database with.</summary>
    public ReferenceExpression DatabaseOf(string name) => PasswordOf is null
        ? ReferenceExpression.Create($"{Postgres};Database={name}")
        : ReferenceExpression.Create(
            $"Host={Of(Postgres, EndpointProperty.Host)};Port={Of(Postgres, EndpointProperty.Port)};Username={name};Password={PasswordOf(name)};Database={name}");

    private static EndpointReferenceExpression Of(IResourceBuilder<IResource> server, EndpointProperty property)
        => new EndpointReference((IResourceWithEndpoints)server.Resource, NativeServerResource.EndpointName).Property(property);

    /// <summary>Adds them to the model and says in one line where they come from; null if that line says why they cannot be had.</summary>
    public static Servers? Add(IDistributedApplicationBuilder builder, AppHostOptions options, LocalSecrets secrets)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return options.Servers == ServerSource.External ? External(builder) : Containers(builder, secrets);
        }

        var (source, line) = MachineServers.Choose(options.Servers, MachineServers.ContainerEngineAnswers, MachineServers.Missing);
        (source is null ? Console.Error : Console.Out).WriteLine(line);
        return source switch
        {
            null => null,
            ServerSource.Containers => Containers(builder, secrets),
            ServerSource.Native => new NativeServers(builder, options.Data, secrets).Add(),
            _ => External(builder),
        };
    }

    /// <summary>Each volume names the major version that writes it: a newer image gets a volume of its own, not one that it cannot read.</summary>
    private static Servers Containers(IDistributedApplicationBuilder builder, LocalSecrets secrets)
    {
        var postgres = builder.AddPostgres("postgres").WithImageTag("18.3");
        var broker = builder.AddRabbitMQ("broker").WithImageTag("4.3").WithManagementPlugin();
        var redis = builder.AddRedis("redis").WithImageTag("8.6");
        postgres.WithDataVolume(VolumeNameGenerator.Generate(postgres, "data-18"));
        broker.WithDataVolume(VolumeNameGenerator.Generate(broker, "data-4"));
        redis.WithDataVolume(VolumeNameGenerator.Generate(redis, "data-8")).WithArgs(AppendOnly);
        var admin = broker.Resource;
        return new Servers(broker, redis, postgres, name => secrets.PasswordOf(builder, name), ReferenceExpression.Create(
            $"http://{admin.UserNameReference}:{admin.PasswordParameter:uri}@{admin.ManagementEndpoint.Property(EndpointProperty.HostAndPort)}"));
    }

    private static Servers External(IDistributedApplicationBuilder builder)
        => new(builder.AddConnectionString("broker"), builder.AddConnectionString("redis"), builder.AddConnectionString("postgres"));

    /// <summary>With a volume alone Redis takes snapshots; the buffer and the duplicate marks need every write.</summary>
    private static void AppendOnly(CommandLineArgsCallbackContext context)
    {
        // Published, the container's command is one line for a shell.
        if (context.Args is [.., "-c", string command])
        {
            context.Args[^1] = $"{command} --appendonly yes";
            return;
        }

        context.Args.Add("--appendonly");
        context.Args.Add("yes");
    }
}
