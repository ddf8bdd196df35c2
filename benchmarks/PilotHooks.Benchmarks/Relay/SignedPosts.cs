using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using PilotHooks.Benchmarks.Load;

namespace PilotHooks.Benchmarks.Relay;

/// <summary>
/// The floor under the relay: the same posts, signed in the same two ways, from loops over one HTTP client in a process of
/// its own, with no queue and no database. Reads its orders from standard input, a line each (first sequence number, events,
/// loops for each URL, URLs), sends every event to every URL, and answers each order with how many got a 2xx.
/// </summary>
internal static class SignedPosts
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Text = Encoding.ASCII.GetBytes($"whsec_{Convert.ToBase64String(Key)}");
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public static async Task<int> RunAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });
        var payloads = new Payloads("/", Ids.Fresh);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var order = line.Split(' ');
            var (first, count, loops) = (long.Parse(order[0], CultureInfo.InvariantCulture), long.Parse(order[1], CultureInfo.InvariantCulture), int.Parse(order[2], CultureInfo.InvariantCulture));
            var succeeded = await Task.WhenAll(order[3..].Select(url => PostAllAsync(http, payloads, url, first, count, loops)));
            Console.WriteLine(succeeded.Sum());
        }

        return 0;
    }

    private static async Task<long> PostAllAsync(HttpClient http, Payloads payloads, string url, long first, long count, int loops)
    {
        var next = first - 1;
        var succeeded = 0L;
        await Task.WhenAll(Enumerable.Range(0, loops).Select(_ => Task.Run(async () =>
        {
            for (long sequence; (sequence = Interlocked.Increment(ref next)) < first + count;)
            {
                using var request = Signed(url, sequence, payloads.Body(sequence));
                using var answer = await http.SendAsync(request, CancellationToken.None);
                await answer.Content.ReadAsByteArrayAsync();
                Interlocked.Add(ref succeeded, answer.IsSuccessStatusCode ? 1 : 0);
            }
        })));
        return succeeded;
    }

    private static HttpRequestMessage Signed(string url, long sequence, byte[] body)
    {
        var (id, timestamp) = (sequence.ToString("x32", CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key);
        hmac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hmac.AppendData(body);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.TryAddWithoutValidation("User-Agent", "PilotHooks");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{id}-{id[16..]}-01");
        request.Headers.TryAddWithoutValidation("X-Webhook-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Text, body)));
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}");
        return request;
    }
}
