using System.Net.NetworkInformation;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace PilotHooks.AppHost.LocalServers;

/// <summary>
/// The servers installed on this machine, as resources: each in the foreground by the script beside this file, on a port of
/// its own on the loopback interface, with its data under the data folder.
/// </summary>
internal sealed class NativeServers(IDistributedApplicationBuilder builder, string data, LocalSecrets secrets)
{
    public Servers Add()
    {
        var management = FreePort();
        var broker = AddServer("broker", "RabbitMQ", "rabbitmq", "DocumentQueue",
            (host, password) => ReferenceExpression.Create($"amqp://pilothooks:{password}@{host.Property(EndpointProperty.HostAndPort)}"),
            FreePort(), FreePort(), management);
        IConnection? connection = null; // One for all checks; it recovers by itself.
        builder.Services.AddHealthChecks().AddRabbitMQ(
            async _ => connection ??= await new ConnectionFactory { Uri = new Uri(broker.Resource.ConnectionString!) }.CreateConnectionAsync(), CheckOf("broker"));

        var redis = AddServer("redis", "Redis", "redis", "Memory",
            (host, password) => ReferenceExpression.Create($"{host.Property(EndpointProperty.HostAndPort)},password={password}"));
        builder.Services.AddHealthChecks().AddRedis(_ => redis.Resource.ConnectionString!, CheckOf("redis"));

        var postgres = AddServer("postgres", "PostgreSQL", "postgres", "DatabaseMultiple",
            (host, password) => ReferenceExpression.Create(
                $"Host=127.0.0.1;Port={host.Property(EndpointProperty.Port)};Username=postgres;Password={password}"));
        builder.Services.AddHealthChecks().AddNpgSql(_ => $"{postgres.Resource.ConnectionString};Database=postgres", name: CheckOf("postgres"));

        return new Servers(broker, redis, postgres, name => secrets.PasswordOf(builder, name),
            ReferenceExpression.Create($"http://pilothooks:{secrets.PasswordOf(builder, "broker")}@127.0.0.1:{$"{management}"}"));
    }

    private IResourceBuilder<NativeServerResource> AddServer(
        string name, string type, string script, string icon, Func<EndpointReference, ParameterResource, ReferenceExpression> connectionString, params int[] morePorts)
    {
        var password = secrets.PasswordOf(builder, name);
        var port = FreePort();
        return builder.AddResource(new NativeServerResource(name, builder.AppHostDirectory, endpoint => connectionString(endpoint, password)))
            .WithArgs([Path.Combine("LocalServers", $"{script}.sh"), Path.Combine(data, script), $"{port}", .. morePorts.Select(more => $"{more}")])
            .WithEndpoint(NativeServerResource.EndpointName, endpoint =>
            {
                endpoint.Port = endpoint.TargetPort = port;
                endpoint.TargetHost = "127.0.0.1";
                endpoint.IsProxied = false; // A proxy between would cost every query.
            })
            .WithEnvironment("PILOTHOOKS_PASSWORD", password)
            .OnConnectionStringAvailable(async (server, _, cancellationToken) =>
                server.ConnectionString = await server.ConnectionStringExpression.GetValueAsync(cancellationToken))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = type, Properties = [] })
            .WithIconName(icon)
            .WithHealthCheck(CheckOf(name));
    }

    /// <summary>A port below those that systems hand out by themselves: nothing else is given it before its server listens.</summary>
    private static int FreePort()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return Enumerable.Repeat(0, 10_000).Select(_ => Random.Shared.Next(20_000, 30_000)).First(port => !taken.Contains(port));
    }

    private static string CheckOf(string server) => $"{server}_check";
}

/// <summary>A server of this machine: its script in the foreground.</summary>
internal sealed class NativeServerResource(string name, string folder, Func<EndpointReference, ReferenceExpression> connectionString)
    : ExecutableResource(name, "sh", folder), IResourceWithConnectionString
{
    public const string EndpointName = "tcp";

    public ReferenceExpression ConnectionStringExpression => connectionString(new EndpointReference(this, EndpointName));

    /// <summary>Null until the endpoint is known.</summary>
    public string? ConnectionString { get; set; }
}
