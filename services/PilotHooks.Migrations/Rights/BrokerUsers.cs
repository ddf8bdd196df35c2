using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Migrations.Rights;

/// <summary>
/// Gives each service a broker user of its own, through RabbitMQ's management API, where <c>Broker:Management</c> is its
/// address with an administrator's name and password. <c>Broker:Users:&lt;service&gt;</c> is what the service connects with,
/// and so names the user.
/// </summary>
internal sealed partial class BrokerUsers(IConfiguration configuration, TimeProvider time, ILogger<BrokerUsers> logger)
{
    private const string Section = "Broker";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <summary>Whether all users are there; what keeps one from it is in the log.</summary>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        if (configuration[$"{Section}:Management"] is not { Length: > 0 } management)
        {
            return true;
        }

        try
        {
            var address = new Uri(management.EndsWith('/') ? management : $"{management}/");
            var (admin, password) = UserOf(address);
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new UriBuilder(address) { UserName = "", Password = "" }.Uri, Timeout = AnswerWithin };
            http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{admin}:{password}")));
            foreach (var (service, rights) in BrokerRights.ByService)
            {
                await EnsureAsync(http, service, rights, admin, cancellationToken);
            }

            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception.Message);
        }

        return false;
    }

    private async Task EnsureAsync(HttpClient http, string service, BrokerRights rights, string admin, CancellationToken cancellationToken)
    {
        if (configuration[$"{Section}:Users:{service}"] is not { Length: > 0 } connectionString)
        {
            throw new InvalidOperationException($"{Section}:Users:{service} is not configured.");
        }

        var address = new Uri(connectionString);
        var (user, password) = UserOf(address);
        if (user == admin)
        {
            Log.IsAdministrator(logger, service);
            return;
        }

        var virtualHost = address.AbsolutePath is "" or "/" ? "/" : Uri.UnescapeDataString(address.AbsolutePath[1..]);
        await PutAsync(http, $"api/users/{Uri.EscapeDataString(user)}", new { password_hash = Hash(password), hashing_algorithm = "rabbit_password_hashing_sha256", tags = "" }, cancellationToken);
        await PutAsync(
            http,
            $"api/permissions/{Uri.EscapeDataString(virtualHost)}/{Uri.EscapeDataString(user)}",
            new { configure = rights.Configure, write = rights.Write, read = rights.Read },
            cancellationToken);
    }

    /// <summary>Waits for a broker that is still starting; what it answers otherwise is the operator's to know.</summary>
    private async Task PutAsync(HttpClient http, string path, object body, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                using var answer = await http.PutAsJsonAsync(path, body, cancellationToken);
                if (answer.StatusCode < HttpStatusCode.InternalServerError)
                {
                    if (!answer.IsSuccessStatusCode)
                    {
                        throw new InvalidOperationException($"The broker's management answered {(int)answer.StatusCode}.");
                    }

                    return;
                }

                Log.Waiting(logger, $"it answered {(int)answer.StatusCode}");
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                Log.Waiting(logger, exception.Message);
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    private static (string User, string Password) UserOf(Uri address)
        => address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, { Length: > 0 } password]
            ? (Uri.UnescapeDataString(user), Uri.UnescapeDataString(password))
            : throw new InvalidOperationException($"The address of {address.Host} names no user and password.");

    /// <summary>As RabbitMQ keeps it: four random bytes, and what they and the password hash to.</summary>
    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Service} connects to the broker as its administrator: give it a user of its own, which this program then makes")]
        public static partial void IsAdministrator(ILogger logger, string service);

        [LoggerMessage(LogLevel.Warning, "The broker's management does not answer yet: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "Stopped before all users of the broker were there")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "The users of the broker are not there: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
