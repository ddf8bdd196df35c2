using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>Who calls, and what their key allows.</summary>
/// <param name="NumberId">The only number that the key sees; null for all of the tenant.</param>
/// <param name="KeyId">Names the key in quotas and in the audit; never the key itself.</param>
/// <param name="ReadsOnly">Whether the key changes nothing.</param>
public sealed record Caller(string? NumberId, string KeyId = Caller.System, bool ReadsOnly = false)
{
    /// <summary>The key id of what the services do of their own accord.</summary>
    public const string System = "system";

    /// <summary>Told to a call that says nothing, or nothing true, of who calls.</summary>
    public const string Unknown = "This service is called through the console only.";

    /// <summary>Told to a key of the scope <c>read</c> that would change something.</summary>
    public const string MayOnlyRead = "This key may only read: its scope is read.";

    /// <summary>Read by the framework for an endpoint parameter of this type; a 401 where nobody says who calls.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    /// <summary>Who calls; a 401 where nobody says so.</summary>
    public static Caller Of(HttpContext context) => Find(context) ?? throw new BadHttpRequestException(Unknown, StatusCodes.Status401Unauthorized);

    /// <summary>Who calls; null where nobody says so.</summary>
    public static Caller? Find(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { } known)
        {
            return known;
        }

        var caller = context.RequestServices?.GetService<CallerTokens>()?.Read(context.Request);
        context.Features.Set(caller);
        return caller;
    }

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
