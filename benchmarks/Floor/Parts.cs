using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace PilotHooks.Benchmarks.Floor;

/// <summary>One <c>SET NX</c> per event.</summary>
internal sealed class Claims(IDatabase redis)
{
    private const int MaxAttempts = 20;

    public static async Task<Claims> ConnectAsync(IConfiguration configuration)
    {
        var options = ConfigurationOptions.Parse(configuration.GetConnectionString("redis")!);
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        return new Claims(connection.GetDatabase());
    }

    public async Task<bool> ClaimAsync(Guid id)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await redis.StringSetAsync("floor:" + id.ToString("N"), "1", TimeSpan.FromDays(7), When.NotExists);
            }
            catch (RedisConnectionException) when (attempt < MaxAttempts)
            {
                // Older clients say under load, for a moment, that there is no connection, and have sent nothing.
                await Task.Delay(10);
            }
        }
    }
}

internal static class EventIds
{
    public static Guid Of(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return new Guid(hash[..16]);
    }
}

internal static class Answers
{
    public static Task WriteAsync(HttpResponse response, string status, Guid id)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"status":"{{status}}","eventId":"{{id}}"}""");
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }
}
