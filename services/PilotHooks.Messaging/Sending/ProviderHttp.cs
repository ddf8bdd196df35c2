using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace PilotHooks.Messaging.Sending;

/// <summary>
/// The HTTP client for the provider. A further attempt is made only where the one before has certainly sent nothing: no
/// connection, or an answer of 429 or 503. There is no circuit breaker: a send is a person's or a program's own call, and
/// its answer says what is wrong at once.
/// </summary>
internal static class ProviderHttp
{
    public const string Client = "provider";
    private const string RetryAfterHeader = "Retry-After";

    public static void AddProviderHttp(this IServiceCollection services)
    {
        var client = services.AddHttpClient(Client, (provider, http) =>
        {
            // For all attempts and the reading of the answer's body.
            http.Timeout = provider.GetRequiredService<IOptions<ProviderOptions>>().Value.TotalTimeout;
            http.MaxResponseContentBufferSize = 1024 * 1024;
        });
        // Its handler lives as long as the service, and renews its connections by itself.
        client.SetHandlerLifetime(Timeout.InfiniteTimeSpan).UseSocketsHttpHandler((handler, provider) =>
        {
            handler.UseProxy = provider.GetRequiredService<IOptions<ProviderOptions>>().Value.UseProxy;
            // The provider's answers are not redirects, and our key goes nowhere else.
            handler.AllowAutoRedirect = false;
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        });
        // It would log each send; the trace and the caller's answer tell all of it.
        client.RemoveAllLoggers();
        client.AddResilienceHandler(Client, (pipeline, context) =>
        {
            var options = context.ServiceProvider.GetRequiredService<IOptions<ProviderOptions>>().Value;
            var time = context.ServiceProvider.GetRequiredService<TimeProvider>();
            if (options.Retries > 0)
            {
                pipeline.AddRetry(Retry(options, time));
            }

            pipeline.AddTimeout(options.AttemptTimeout);
        });
    }

    /// <summary>No connection was made, so nothing was sent.</summary>
    public static bool IsUnreachable(HttpRequestException exception)
        => exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    /// <summary>The header as the provider wrote it, where it can be handed on.</summary>
    public static string? RetryAfterOf(HttpResponseMessage response)
        => response.Headers.NonValidated.TryGetValues(RetryAfterHeader, out var values)
            && values.ToString().Trim() is { Length: > 0 and < 100 } text && text.All(letter => letter is >= ' ' and <= '~') ? text : null;

    private static HttpRetryStrategyOptions Retry(ProviderOptions options, TimeProvider time) => new()
    {
        MaxRetryAttempts = options.Retries,
        BackoffType = DelayBackoffType.Exponential,
        Delay = TimeSpan.FromMilliseconds(250),
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
        {
            { Exception: HttpRequestException exception } => IsUnreachable(exception),
            { Result: { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable } response }
                => DelayOf(response, time) is not { } delay || delay <= options.MaxRetryAfter,
            _ => false,
        }),
        DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } response ? DelayOf(response, time) : null),
    };

    /// <summary>How long the provider wants us to wait: seconds, however many, or a date. Null where it does not say.</summary>
    private static TimeSpan? DelayOf(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        // More seconds than the framework reads are a number all the same.
        _ => RetryAfterOf(response) is { } text && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 ? TimeSpan.MaxValue : null,
    };
}
