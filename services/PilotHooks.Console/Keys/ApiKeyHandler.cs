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
        var check = await authenticator.CheckAsync(Request.Headers[Header]);
        if (check.Result is not KeyCheckResult.Accepted)
        {
            return AuthenticateResult.Fail(new NotAcceptedException(check.Result));
        }

        var identity = new ClaimsIdentity(check.NumberId is null ? [] : [new Claim(Policies.NumberClaim, check.NumberId)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = (await HandleAuthenticateOnceSafeAsync()).Failure is NotAcceptedException notAccepted ? notAccepted.Result : KeyCheckResult.Unknown;
        if (result is KeyCheckResult.Undecided)
        {
            Response.Headers.RetryAfter = "1";
            await Problems.Of(StatusCodes.Status503ServiceUnavailable, UndecidedDetail).ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = SchemeName;
        await Problems.Of(StatusCodes.Status401Unauthorized, result is KeyCheckResult.Missing
            ? $"The header {Header} must carry one API key."
            : "The API key is not valid.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        => Problems.Of(StatusCodes.Status403Forbidden, "This takes a tenant's key, since it is of all numbers; this key is bound to one.").ExecuteAsync(Context);

    private sealed class NotAcceptedException(KeyCheckResult result) : Exception
    {
        public KeyCheckResult Result => result;
    }
}
