using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Sending;

/// <summary>The answer to an accepted send.</summary>
/// <param name="Id">The provider's id of the message.</param>
/// <param name="CorrelationId">What a reply to the message refers to.</param>
internal sealed record SendAnswer(string Id, string? CorrelationId);

/// <summary>
/// Sending through the provider. A problem has the provider's <c>code</c> where it gave one, and of ours: <c>no_provider</c>
/// and <c>provider_unreachable</c> (nothing was sent), <c>outcome_unknown</c> and <c>send_unresolved</c> (it may have been),
/// <c>send_in_progress</c>, <c>key_reused</c>.
/// </summary>
internal static class SendEndpoints
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private const int MaxKeyLength = 255;

    public static void AddSending(this IServiceCollection services)
    {
        services.AddOptions<ProviderOptions>().BindConfiguration(ProviderOptions.Section).ValidateDataAnnotations()
            .Validate<IHostEnvironment>(
                (options, environment) => options.IsSafe(environment.IsDevelopment()),
                "Provider:Url is https where it leads to another machine: our key and every message would go there in the clear. Provider:AllowHttp=true allows it.")
            .ValidateOnStart();
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<Sender>();
        services.AddSingleton<ProviderClient>();
        services.AddProviderHttp();
    }

    public static void MapSendRoutes(this RouteGroupBuilder api) => api.MapPost("/messages/send", SendAsync).WithTags("Messages").WithName("sendMessage")
        .ProducesProblems(409, 415, 422, 502);

    /// <summary>Sends a message through the provider.</summary>
    /// <remarks>
    /// Fields that are not named here go to the provider as they are. A problem has the provider's status, and its <c>code</c>
    /// where it gave one. Of ours are the codes <c>no_provider</c> and <c>provider_unreachable</c> (nothing was sent),
    /// <c>outcome_unknown</c> and <c>send_unresolved</c> (it may have been sent), <c>send_in_progress</c> and <c>key_reused</c>.
    /// </remarks>
    private static async Task<Results<Accepted<SendAnswer>, ProblemHttpResult>> SendAsync(
        HttpRequest request, Caller caller, Sender sender, IOptions<ProviderOptions> options, CancellationToken cancellationToken)
    {
        var message = await SendRequest.ReadAsync(request, caller, cancellationToken);
        var key = Key(request.Headers[IdempotencyHeader]);
        if (options.Value.Url is null)
        {
            return Failed(StatusCodes.Status503ServiceUnavailable, "No provider to send through is configured (Provider:Url).", "no_provider");
        }

        // Callers of different numbers do not see each other's keys.
        var scope = caller.NumberId ?? "";
        var claim = key is null ? new IdempotencyClaim.First() : await sender.ClaimAsync(scope, key, message, cancellationToken);
        return claim switch
        {
            IdempotencyClaim.First => Answer(await sender.SendAsync(message, scope, key), request.HttpContext.Response),
            IdempotencyClaim.Answered answered => Answer(new SendAnswer(answered.Id, answered.CorrelationId)),
            IdempotencyClaim.Conflicting => Failed(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for another body.", "key_reused"),
            IdempotencyClaim.InProgress => Failed(StatusCodes.Status409Conflict, "A send with this Idempotency-Key is under way; ask again.", "send_in_progress"),
            _ => Failed(
                StatusCodes.Status409Conflict,
                "An earlier send with this Idempotency-Key was not answered by the provider, so it may have been sent. It is not sent again; a new key sends it anew.",
                "send_unresolved"),
        };
    }

    private static Results<Accepted<SendAnswer>, ProblemHttpResult> Answer(SendOutcome outcome, HttpResponse response)
    {
        if (outcome is SendOutcome.Refused { RetryAfter: { } retryAfter })
        {
            response.Headers.RetryAfter = retryAfter;
        }

        return Answer(outcome);
    }

    private static Results<Accepted<SendAnswer>, ProblemHttpResult> Answer(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Accepted accepted => Answer(new SendAnswer(accepted.Id, accepted.CorrelationId)),
        SendOutcome.Refused refused => Failed(refused.Status, refused.Message ?? "The provider refused the message.", refused.Code),
        SendOutcome.Unknown unknown => Failed(unknown.Status, $"{unknown.Reason} The message may have been sent.", "outcome_unknown"),
        _ => Failed(StatusCodes.Status502BadGateway, "The provider could not be reached; nothing was sent.", "provider_unreachable"),
    };

    private static ProblemHttpResult Failed(int status, string detail, string? code)
        => TypedResults.Problem(detail, statusCode: status, extensions: code is null ? null : new Dictionary<string, object?> { ["code"] = code });

    private static Accepted<SendAnswer> Answer(SendAnswer answer)
        => TypedResults.Accepted($"/v1/messages/{Uri.EscapeDataString(answer.Id)}", answer);

    private static string? Key(StringValues header) => header.ToString() switch
    {
        "" => null,
        { Length: <= MaxKeyLength } key when key.All(letter => letter is >= ' ' and <= '~') => key,
        _ => throw new BadHttpRequestException($"An Idempotency-Key is at most {MaxKeyLength} printable ASCII characters."),
    };
}
