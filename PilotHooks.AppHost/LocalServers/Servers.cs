namespace PilotHooks.AppHost.LocalServers;

/// <summary>The servers that the services need. They have the same names wherever they come from.</summary>
/// <param name="AddDatabase">Adds the database of a service, such as <c>messaging-db</c> for <c>messaging</c>.</param>
internal sealed record Servers(
    IResourceBuilder<IResourceWithConnectionString> Broker,
    IResourceBuilder<IResourceWithConnectionString> Redis,
    Func<string, IResourceBuilder<IResourceWithConnectionString>> AddDatabase)
{
    /// <summary>Adds them to the model and says in one line where they come from; null if that line says why they cannot be had.</summary>
    public static Servers? Add(IDistributedApplicationBuilder builder, AppHostOptions options, LocalSecrets secrets)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return options.Servers == ServerSource.External ? External(builder) : Containers(builder);
        }

        var (source, line) = MachineServers.Choose(options.Servers, MachineServers.ContainerEngineAnswers, MachineServers.Missing);
        (source is null ? Console.Error : Console.Out).WriteLine(line);
        return source switch
        {
            null => null,
            ServerSource.Containers => Containers(builder),
            ServerSource.Native => new NativeServers(builder, options.Data, secrets).Add(),
            _ => External(builder),
        };
    }

    /// <summary>Each volume names the major version that writes it: a newer image gets a volume of its own, not one that it cannot read.</summary>
    private static Servers Containers(IDistributedApplicationBuilder builder)
    {
        var postgres = builder.AddPostgres("postgres").WithImageTag("18.3");
        var broker = builder.AddRabbitMQ("broker").WithImageTag("4.3");
        var redis = builder.AddRedis("redis").WithImageTag("8.6");
        postgres.WithDataVolume(VolumeNameGenerator.Generate(postgres, "data-18"));
        broker.WithDataVolume(VolumeNameGenerator.Generate(broker, "data-4"));
        redis.WithDataVolume(VolumeNameGenerator.Generate(redis, "data-8")).WithArgs(AppendOnly);
        return new Servers(broker, redis, name => postgres.AddDatabase($"{name}-db", name));
    }

    private static Servers External(IDistributedApplicationBuilder builder)
    {
        var postgres = builder.AddConnectionString("postgres");
        return new Servers(
            builder.AddConnectionString("broker"),
            builder.AddConnectionString("redis"),
            name => builder.AddConnectionString($"{name}-db", ReferenceExpression.Create($"{postgres};Database={name}")).WithParentRelationship(postgres));
    }

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
