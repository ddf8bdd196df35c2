using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PilotHooks.Ingress.Tests;

/// <summary>Posts as a provider does.</summary>
internal static class Posts
{
    public static async Task<HttpResponseMessage> PostAsync(this HttpClient client, string source, byte[] body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"hooks/{source}") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        change?.Invoke(request);
        return await client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> PostSignedAsync(this HttpClient client, byte[] body, string secret)
        => client.PostAsync("platform", body, request => request.Headers.Add("X-Webhook-Signature", Sign(body, secret)));

    public static string Sign(byte[] body, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>Posts and expects 200; the status and the id of the answer.</summary>
    public static async Task<(string Status, Guid EventId)> PostOkAsync(this HttpClient client, byte[] body, string source = "whatsapp")
    {
        using var response = await client.PostAsync(source, body);
        return await response.ReadAnswerAsync();
    }

    /// <summary>Posts and expects that it is accepted.</summary>
    public static async Task<Guid> AcceptAsync(this HttpClient client, byte[] body, string source = "whatsapp")
    {
        var (status, eventId) = await client.PostOkAsync(body, source);
        status.ShouldBe("accepted");
        return eventId;
    }

    public static async Task<(string Status, Guid EventId)> ReadAnswerAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        using var answer = JsonDocument.Parse(text);
        return (answer.RootElement.GetProperty("status").GetString()!, answer.RootElement.GetProperty("eventId").GetGuid());
    }

    /// <summary>Expects 200; the answer's JSON.</summary>
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Expects a problem; its detail.</summary>
    public static async Task<string> ReadProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        using var problem = await response.Content.ReadFromJsonAsync<JsonDocument>();
        problem!.RootElement.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.RootElement.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : "";
    }
}
