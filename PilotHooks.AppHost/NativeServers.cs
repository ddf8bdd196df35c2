using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace PilotHooks.AppHost;

/// <summary>
/// The servers installed on this machine, as resources: each in the foreground by its script, on a port of its own on the
/// loopback, with its data under the data folder.
/// </summary>
internal static class NativeServers
{
    public static Servers Add(IDistributedApplicationBuilder builder, string data, Kept kept)
    {
        var scripts = Path.Combine(builder.AppHostDirectory, "Servers");

        var (broker, brokerPort, brokerPassword) = Server("rabbitmq", ServerHealth.RabbitMqAnswersAsync, kept.Port("rabbitmq-distribution"), kept.Port("rabbitmq-epmd"));
        var (redisServer, redisPort, redisPassword) = Server("redis-server", ServerHealth.RedisAnswersAsync);
        var (postgres, postgresPort, postgresPassword) = Server("postgres", ServerHealth.PostgresAnswersAsync);

        return new Servers(
            builder.AddConnectionString("broker", ReferenceExpression.Create($"amqp://pilothooks:{brokerPassword}@127.0.0.1:{brokerPort}")).WaitFor(broker),
            builder.AddConnectionString("redis", ReferenceExpression.Create($"127.0.0.1:{redisPort},password={redisPassword}")).WaitFor(redisServer),
            Database("messaging"),
            Database("numbers"),
            Database("calls"),
            Database("relay"),
            Database("console"));

        IResourceBuilder<IResourceWithConnectionString> Database(string name)
            => builder.AddConnectionString(
                    $"{name}-db",
                    ReferenceExpression.Create($"Host=127.0.0.1;Port={postgresPort};Username=postgres;Password={postgresPassword};Database={name}"))
                .WaitFor(postgres);

        (IResourceBuilder<ExecutableResource> Server, string Port, IResourceBuilder<ParameterResource> Password) Server(
            string name, Func<int, string, CancellationToken, Task<bool>> answers, params int[] morePorts)
        {
            var script = name == "redis-server" ? "redis" : name;
            var port = kept.Port(script);
            var secret = kept.GetOrMake($"{script}-password", Kept.NewPassword);
            var password = builder.AddParameter($"{name}-password", secret, secret: true);
            builder.Services.AddHealthChecks().Add(ServerHealth.Check($"{name}_answers", cancellationToken => answers(port, secret, cancellationToken)));
            var server = builder.AddExecutable(
                    name,
                    "sh",
                    builder.AppHostDirectory,
                    [Path.Combine(scripts, $"{script}.sh"), Path.Combine(data, script), Text(port), .. morePorts.Select(Text)])
                .WithEndpoint(port: port, targetPort: port, scheme: "tcp", isProxied: false)
                .WithEnvironment("PILOTHOOKS_PASSWORD", password)
                .WithEnvironment("PILOTHOOKS_PARENT_PID", Text(Environment.ProcessId))
                .WithHealthCheck($"{name}_answers");
            return (server, Text(port), password);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
