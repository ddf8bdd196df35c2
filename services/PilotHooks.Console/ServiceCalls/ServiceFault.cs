using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.ServiceCalls;

/// <summary>What the caller is told when a service could not be asked.</summary>
internal static partial class ServiceFault
{
    /// <summary>503 where the service is away, 504 where it is too slow, 502 where its answer breaks off; the caller's own fault where its body does.</summary>
    public static IResult Answer(HttpResponse response, string service, Exception exception, ILogger logger)
    {
        if (exception is AggregateException several && several.InnerExceptions.OfType<BadHttpRequestException>().FirstOrDefault() is { } bad)
        {
            // The caller's body could not be read: too large, or broken off.
            return Problems.Of(bad.StatusCode, bad.Message);
        }

        var (status, detail) = exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
                => (StatusCodes.Status503ServiceUnavailable, $"The service {service} is away."),
            OperationCanceledException => (StatusCodes.Status504GatewayTimeout, $"The service {service} did not answer in time."),
            _ => (StatusCodes.Status502BadGateway, $"The service {service} does not answer, or broke off its answer."),
        };
        Log(logger, service, status, exception);
        return Problems.WithRetryAfter(response, status, Problems.Soon, detail);
    }

    public static void Log(ILogger logger, string service, int status, Exception exception) => Failed(logger, service, status, exception.Message);

    [LoggerMessage(LogLevel.Warning, "A call to {Service} ended in {Status}: {Reason}")]
    private static partial void Failed(ILogger logger, string service, int status, string reason);
}
