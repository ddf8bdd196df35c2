using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>Authenticates a call of the API by its header <c>x-api-key</c>.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyAuthenticator authenticator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string Header = "x-api-key";
    public const string UndecidedDetail = "The key cannot be checked: the database does not answer.";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var check = await authenticator.CheckAsync(Request.Headers[Header], Context.Connection.RemoteIpAddress);
        return check is { Result: KeyCheckResult.Accepted, Caller: { } caller }
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Policies.ClaimsOf(caller), SchemeName)), SchemeName))
            : AuthenticateResult.Fail(new NotAcceptedException(check));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var check = (await HandleAuthenticateOnceSafeAsync()).Failure is NotAcceptedException notAccepted ? notAccepted.Check : new KeyCheck(KeyCheckResult.Unknown);
        var (status, detail) = check.Result switch
        {
            KeyCheckResult.Undecided => (StatusCodes.Status503ServiceUnavailable, UndecidedDetail),
            KeyCheckResult.Limited => (StatusCodes.Status429TooManyRequests, "Too many calls with wrong keys came from here or elsewhere; this one was not looked at."),
            KeyCheckResult.Missing => (StatusCodes.Status401Unauthorized, $"The header {Header} must carry one API key."),
            KeyCheckResult.Expired => (StatusCodes.Status401Unauthorized, "The API key has expired."),
            _ => (StatusCodes.Status401Unauthorized, "The API key is not valid."),
        };
        if (status != StatusCodes.Status401Unauthorized)
        {
            await Problems.WithRetryAfter(Response, status, check.RetryAfter, detail).ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = SchemeName;
        await Problems.Of(status, detail).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        => Problems.Of(StatusCodes.Status403Forbidden, "This takes a tenant's key, since it is of all numbers; this key is bound to one.").ExecuteAsync(Context);

    private sealed class NotAcceptedException(KeyCheck check) : Exception
    {
        public KeyCheck Check => check;
    }
}
