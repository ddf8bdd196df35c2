namespace PilotHooks.AppHost;

/// <summary>The servers that the services need, wherever they come from; each is waited for where it is referred to.</summary>
internal sealed record Servers(
    IResourceBuilder<IResourceWithConnectionString> Broker,
    IResourceBuilder<IResourceWithConnectionString> Redis,
    IResourceBuilder<IResourceWithConnectionString> Messaging,
    IResourceBuilder<IResourceWithConnectionString> Numbers,
    IResourceBuilder<IResourceWithConnectionString> Calls,
    IResourceBuilder<IResourceWithConnectionString> Relay,
    IResourceBuilder<IResourceWithConnectionString> Console)
{
    /// <summary>Adds them to the model and says in one line where they come from; null if that line says why they cannot be had.</summary>
    public static Servers? Add(IDistributedApplicationBuilder builder, AppHostOptions options, Kept kept)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return options.Servers == ServerSource.External ? External(builder) : Containers(builder);
        }

        var (source, line) = ServerChoice.Of(options.Servers, MachineServers.ContainerEngineAnswers, MachineServers.Missing);
        if (source is null)
        {
            System.Console.Error.WriteLine(line);
            return null;
        }

        System.Console.WriteLine(line);
        return source switch
        {
            ServerSource.Containers => Containers(builder),
            ServerSource.Native => NativeServers.Add(builder, options.Data, kept),
            _ => External(builder),
        };
    }

    private static Servers Containers(IDistributedApplicationBuilder builder)
    {
        var postgres = builder.AddPostgres("postgres").WithDataVolume();
        return new Servers(
            builder.AddRabbitMQ("broker").WithDataVolume(),
            builder.AddRedis("redis").WithDataVolume().WithArgs(AppendOnly),
            postgres.AddDatabase("messaging-db", "messaging"),
            postgres.AddDatabase("numbers-db", "numbers"),
            postgres.AddDatabase("calls-db", "calls"),
            postgres.AddDatabase("relay-db", "relay"),
            postgres.AddDatabase("console-db", "console"));
    }

    private static Servers External(IDistributedApplicationBuilder builder)
    {
        var postgres = builder.AddConnectionString("postgres");
        return new Servers(
            builder.AddConnectionString("broker"),
            builder.AddConnectionString("redis"),
            Database("messaging"),
            Database("numbers"),
            Database("calls"),
            Database("relay"),
            Database("console"));

        IResourceBuilder<IResourceWithConnectionString> Database(string name)
            => builder.AddConnectionString($"{name}-db", ReferenceExpression.Create($"{postgres};Database={name}"));
    }

    /// <summary>With a volume alone Redis takes snapshots; the spool and the duplicate marks need every write.</summary>
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
