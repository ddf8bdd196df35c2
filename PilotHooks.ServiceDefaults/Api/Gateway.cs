using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// The console is the one origin of the API: it checks the key and forwards the call. The services behind it accept a
/// call only with a token that the console signed (<see cref="CallerTokens"/>), and believe what it says of the caller.
/// </summary>
public sealed class GatewayOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Gateway";

    /// <summary>Carries the signed token that says who calls.</summary>
    public const string CallerHeader = "x-pilothooks-caller";

    /// <summary>Carried the shared secret itself in the version before; read only with <see cref="AcceptFormerCalls"/>.</summary>
    public const string TokenHeader = "x-pilothooks-gateway";

    /// <summary>Carried the number of the caller's key in the version before; read only with <see cref="AcceptFormerCalls"/>.</summary>
    public const string NumberHeader = "x-pilothooks-number";

    private const int MinKeyBytes = 16;

    /// <summary>
    /// What the console and the services sign and check internal calls with. Several, with commas between, are all accepted,
    /// and the first signs: so one is replaced without a call refused.
    /// </summary>
    [Required]
    public required string Token { get; init; }

    /// <summary>
    /// Accepts the calls of a console of the version before, which carry the secret itself. For the length of a rolling
    /// upgrade, in which the services come before the console.
    /// </summary>
    public bool AcceptFormerCalls { get; init; }

    internal IEnumerable<string> SigningKeys => Token.Split(',', StringSplitOptions.TrimEntries);

    internal static bool HasUsableKeys(GatewayOptions options)
        => options.Token is null || options.SigningKeys.All(key => Encoding.UTF8.GetByteCount(key) >= MinKeyBytes);
}

/// <summary>Puts a service's part of the API behind the gateway.</summary>
public static class Gateway
{
    /// <summary>Adds the options, checked when the service starts, and what signs and reads the tokens.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations()
            .Validate(GatewayOptions.HasUsableKeys, "Gateway:Token has at least 16 bytes; of several with commas between, each has.")
            .ValidateOnStart();
        services.AddSingleton<CallerTokens>();
        return services;
    }

    /// <summary>The group <c>/v1</c>, in which every call must come through the gateway.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder endpoints) => endpoints.MapBehindGateway("/v1");

    /// <summary>
    /// The group <c>/internal</c>: what the console asks for itself. It forwards nothing but <c>/v1</c>, so no caller of
    /// the API reaches it.
    /// </summary>
    public static RouteGroupBuilder MapInternal(this IEndpointRouteBuilder endpoints) => endpoints.MapBehindGateway("/internal");

    /// <summary>Whether a method only reads.</summary>
    public static bool OnlyReads(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static RouteGroupBuilder MapBehindGateway(this IEndpointRouteBuilder endpoints, string prefix)
    {
        var group = endpoints.MapGroup(prefix);
        group.AddEndpointFilter((context, next) => Refusal(context.HttpContext) is { } refusal ? ValueTask.FromResult<object?>(refusal) : next(context));
        return group;
    }

    private static IResult? Refusal(HttpContext http)
    {
        if (Caller.Find(http) is not { } caller)
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, Caller.Unknown);
        }

        if (caller.ReadsOnly && !OnlyReads(http.Request.Method))
        {
            return Problems.Of(StatusCodes.Status403Forbidden, Caller.MayOnlyRead);
        }

        // PostgreSQL has no NUL in text, and a filter with one would be a fault of ours.
        return http.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true
            ? Problems.Of(StatusCodes.Status400BadRequest, "The query holds a NUL character.")
            : null;
    }

    /// <summary>Who calls, as a console of the version before says it; null where that is not accepted or not proved.</summary>
    internal static Caller? FormerCaller(HttpRequest request, GatewayOptions options)
    {
        var given = Encoding.UTF8.GetBytes(request.Headers[GatewayOptions.TokenHeader].ToString());
        return options.AcceptFormerCalls && options.SigningKeys.Any(key => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), given))
            ? new Caller(request.Headers[GatewayOptions.NumberHeader].ToString() is { Length: > 0 } number ? number : null, "former")
            : null;
    }
}
