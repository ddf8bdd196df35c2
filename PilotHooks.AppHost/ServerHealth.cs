using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PilotHooks.AppHost;

/// <summary>Asks a native server in its own protocol whether it takes clients. A port that only accepts says too little.</summary>
internal static class ServerHealth
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static HealthCheckRegistration Check(string key, Func<CancellationToken, Task<bool>> answers)
        => new(key, _ => new Probe(answers), HealthStatus.Unhealthy, tags: null);

    /// <summary>The broker opens with a method frame once it has heard the protocol's header (AMQP 0-9-1, 2.2.4).</summary>
    public static Task<bool> RabbitMqAnswersAsync(int port, string password, CancellationToken cancellationToken)
        => AskAsync(port, "AMQP\0\0\x9\x1"u8.ToArray(), answer => answer[0] == 1, cancellationToken);

    /// <summary>PONG, and not the LOADING of a server that still reads its file.</summary>
    public static Task<bool> RedisAnswersAsync(int port, string password, CancellationToken cancellationToken)
        => AskAsync(port, Encoding.ASCII.GetBytes($"AUTH {password}\r\nPING\r\n"), answer => Encoding.ASCII.GetString(answer).Contains("PONG", StringComparison.Ordinal), cancellationToken);

    /// <summary>A request for the password, and not the error of a server that still starts.</summary>
    public static Task<bool> PostgresAnswersAsync(int port, string password, CancellationToken cancellationToken)
    {
        var parameters = "user\0postgres\0\0"u8;
        var startup = new byte[8 + parameters.Length];
        startup[3] = (byte)startup.Length;
        startup[5] = 3; // Protocol 3.0.
        parameters.CopyTo(startup.AsSpan(8));
        return AskAsync(port, startup, answer => answer[0] == 'R', cancellationToken);
    }

    private static async Task<bool> AskAsync(int port, byte[] question, Func<byte[], bool> isGood, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Timeout);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            await socket.SendAsync(question, SocketFlags.None, patience.Token);
            var answer = new byte[256];
            var length = 0;
            for (int read; length < answer.Length && (read = await socket.ReceiveAsync(answer.AsMemory(length), SocketFlags.None, patience.Token)) > 0;)
            {
                length += read;
                if (isGood(answer[..length]))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private sealed class Probe(Func<CancellationToken, Task<bool>> answers) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
            => await answers(cancellationToken) ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "It does not answer yet.");
    }
}
