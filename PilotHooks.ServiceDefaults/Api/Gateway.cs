using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// The console is the one origin of the API: it checks the key and forwards the call. The services behind it accept a
/// call only with the token that they share with it, and believe what it says of the caller.
/// </summary>
public sealed class GatewayOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Gateway";

    /// <summary>Carries <see cref="Token"/>.</summary>
    public const string TokenHeader = "x-pilothooks-gateway";

    /// <summary>Carries the only number that the caller's key may see; absent for a tenant's key.</summary>
    public const string NumberHeader = "x-pilothooks-number";

    /// <summary>The secret shared by the console and the services behind it.</summary>
    [Required, MinLength(16)]
    public required string Token { get; init; }
}

/// <summary>What the caller's key may see: all numbers (<see cref="NumberId"/> null) or one.</summary>
public sealed record Caller(string? NumberId)
{
    /// <summary>Read by the framework for an endpoint parameter of this type.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context)
        => ValueTask.FromResult(new Caller(context.Request.Headers[GatewayOptions.NumberHeader].ToString() is { Length: > 0 } number ? number : null));

    /// <summary>
    /// The number to filter by, given the one that the call names (null: none): the key's own where it has one.
    /// Naming another number is a 403.
    /// </summary>
    public string? Narrow(string? requested)
    {
        if (NumberId is null)
        {
            return string.IsNullOrEmpty(requested) ? null : requested;
        }

        return string.IsNullOrEmpty(requested) || requested == NumberId
            ? NumberId
            : throw new BadHttpRequestException("This key belongs to another number.", StatusCodes.Status403Forbidden);
    }

    /// <summary>Whether an object of this number may be shown; a 404 if not, as if it did not exist.</summary>
    public bool Sees(string? numberId) => NumberId is null || NumberId == numberId;
}

/// <summary>Puts a service's part of the API behind the gateway.</summary>
public static class Gateway
{
    /// <summary>Adds the options, checked when the service starts.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }

    /// <summary>The group <c>/v1</c>, in which every call must come through the gateway.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder endpoints) => endpoints.MapBehindGateway("/v1");

    /// <summary>
    /// The group <c>/internal</c>: what the console asks for itself. It forwards nothing but <c>/v1</c>, so no caller of
    /// the API reaches it.
    /// </summary>
    public static RouteGroupBuilder MapInternal(this IEndpointRouteBuilder endpoints) => endpoints.MapBehindGateway("/internal");

    private static RouteGroupBuilder MapBehindGateway(this IEndpointRouteBuilder endpoints, string prefix)
    {
        var group = endpoints.MapGroup(prefix);
        group.AddEndpointFilter((context, next) =>
        {
            var http = context.HttpContext;
            var token = http.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.Token;
            var given = http.Request.Headers[GatewayOptions.TokenHeader].ToString();
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(given)))
            {
                return ValueTask.FromResult<object?>(Problems.Of(StatusCodes.Status401Unauthorized, "This service is called through the console only."));
            }

            // PostgreSQL has no NUL in text, and a filter with one would be a fault of ours.
            return http.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true
                ? ValueTask.FromResult<object?>(Problems.Of(StatusCodes.Status400BadRequest, "The query holds a NUL character."))
                : next(context);
        });
        return group;
    }
}
