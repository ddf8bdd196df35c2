using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Simulator.Provider;

/// <summary>The provider's API, <c>/v1</c>, behind its key.</summary>
internal static class ProviderEndpoints
{
    private const string KeyHeader = "x-api-key";

    public static RouteGroupBuilder MapProvider(this WebApplication app)
    {
        var group = app.MapGroup("/v1");
        group.AddEndpointFilter((context, next) =>
        {
            var expected = context.HttpContext.RequestServices.GetRequiredService<IOptions<SimulatorOptions>>().Value.ApiKey;
            return IsAllowed(context.HttpContext.Request.Headers[KeyHeader].ToString(), expected)
                ? next(context)
                : ValueTask.FromResult<object?>(Problems.Of(StatusCodes.Status401Unauthorized, "The API key is missing or wrong."));
        });
        return group;
    }

    internal static bool IsAllowed(string given, string? expected) => string.IsNullOrEmpty(expected)
        ? given.StartsWith("ps_", StringComparison.Ordinal)
        : CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    /// <summary>An error with the provider's kind of code beside the words.</summary>
    internal static ProblemHttpResult Error(int status, string code, string detail)
        => TypedResults.Problem(detail, statusCode: status, extensions: [KeyValuePair.Create<string, object?>("code", code)]);
}
