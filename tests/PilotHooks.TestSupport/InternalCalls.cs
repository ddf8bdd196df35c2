using System.Net.Http.Headers;
using System.Text;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.TestSupport;

/// <summary>Calls a service as the console does.</summary>
public static class InternalCalls
{
    /// <summary>Says who calls, signed with the gateway's key. Holds for as long as any test runs.</summary>
    public static void SetCaller(this HttpRequestHeaders headers, string gatewayToken, string? numberId = null, string keyId = "tests", bool readsOnly = false)
    {
        headers.Remove(GatewayOptions.CallerHeader);
        headers.Add(GatewayOptions.CallerHeader, CallerTokens.Write(new Caller(numberId, keyId, readsOnly), DateTimeOffset.UtcNow.AddHours(4), Encoding.UTF8.GetBytes(gatewayToken)));
    }

    /// <summary>Who calls, as a token that the console signed says; null if it does not hold.</summary>
    public static Caller? ReadCaller(string? token, string gatewayToken)
        => CallerTokens.Read(token ?? "", DateTimeOffset.UtcNow, [Encoding.UTF8.GetBytes(gatewayToken)]);
}
