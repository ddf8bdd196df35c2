using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Forwarding;

/// <summary>
/// Sends a call on to the service that answers it and streams both ways. A small one of our own, because the reverse
/// proxy library is not on every package feed.
/// </summary>
internal sealed partial class Forwarder(IOptions<ForwardingOptions> options, ILogger<Forwarder> logger) : IDisposable
{
    private static readonly UriCreationOptions AsGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private const string RetryAfterSeconds = "2";

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.Value.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    });

    public void Dispose() => _client.Dispose();

    public async Task ForwardAsync(HttpContext context, Upstream upstream)
    {
        var target = ForwardedPath.Of(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (target is null)
        {
            await Problems.Of(StatusCodes.Status404NotFound, "There is nothing at this path.").ExecuteAsync(context);
            return;
        }

        if (context.Request.ContentLength > options.Value.MaxBodyBytes)
        {
            await Problems.Of(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.Value.MaxBodyBytes} bytes.").ExecuteAsync(context);
            return;
        }

        using var idle = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        void Moved() => idle.CancelAfter(options.Value.Timeout);
        Moved();
        try
        {
            using var response = await SendAsync(context, upstream, target, Moved, idle.Token);
            await AnswerAsync(context, response, Moved, idle.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody is left to answer.
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException and not BadHttpRequestException)
        {
            await FailAsync(context, upstream, exception);
        }
    }

    /// <summary>Tries the replicas in turn, as long as nothing of the call can have had an effect.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpContext context, Upstream upstream, string target, Action moved, CancellationToken cancellationToken)
    {
        HttpRequestException? failure = null;
        foreach (var replica in upstream.Candidates())
        {
            using var request = RequestTo(replica, target, context.Request, moved);
            var body = request.Content as ForwardedBody;
            try
            {
                return await _client.SendAsync(request, cancellationToken);
            }
            catch (Exception) when (body?.ReadFault is BadHttpRequestException bad)
            {
                throw bad;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException { InnerException: TimeoutException } && !cancellationToken.IsCancellationRequested)
            {
                var unreachable = exception is not HttpRequestException { HttpRequestError: not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError) };
                failure = new HttpRequestException(unreachable ? HttpRequestError.ConnectionError : HttpRequestError.ResponseEnded, exception.Message, exception);
                Log.ReplicaFailed(logger, upstream.Name, replica.Authority, exception.Message);
                if (unreachable)
                {
                    upstream.Failed(replica);
                }

                if (body?.Started == true || !(unreachable || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
                {
                    throw failure;
                }
            }
        }

        throw failure!;
    }

    private static HttpRequestMessage RequestTo(Upstream.Replica replica, string target, HttpRequest from, Action moved)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(replica.Authority + target, AsGiven)) { Version = HttpVersion.Version11 };
        if (from.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            request.Content = new ForwardedBody(from.Body, from.ContentLength, moved);
        }

        ForwardedHeaders.CopyRequest(from.Headers, request);
        return request;
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage response, Action moved, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        ForwardedHeaders.CopyResponse(response, context.Response.Headers);
        moved();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await ForwardedBody.CopyAsync(body, context.Response.Body, moved, _ => { }, cancellationToken);
    }

    private async Task FailAsync(HttpContext context, Upstream upstream, Exception exception)
    {
        var (status, detail) = exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => (StatusCodes.Status503ServiceUnavailable, $"The service {upstream.Name} is away."),
            OperationCanceledException => (StatusCodes.Status504GatewayTimeout, $"The service {upstream.Name} did not answer in time."),
            _ => (StatusCodes.Status502BadGateway, $"The service {upstream.Name} broke off its answer."),
        };
        Log.Failed(logger, upstream.Name, status, exception.Message);
        if (context.Response.HasStarted)
        {
            // The status has gone out: only a broken connection still tells the caller that the body is not whole.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        await Problems.Of(status, detail).ExecuteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Service} at {Address} failed: {Reason}")]
        public static partial void ReplicaFailed(ILogger logger, string service, string address, string reason);

        [LoggerMessage(LogLevel.Warning, "A call to {Service} ended in {Status}: {Reason}")]
        public static partial void Failed(ILogger logger, string service, int status, string reason);
    }
}
