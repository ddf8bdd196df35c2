using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using PilotHooks.Console.Keys;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Audit;

/// <summary>
/// Records the calls of the API that change something, those of the pages among them. An intent is written before the call
/// and becomes a record with its answer. Without the intent nothing is done (503); an intent that is left over becomes a
/// record with an unknown outcome (<see cref="AuditKeeper"/>).
/// </summary>
internal sealed partial class AuditTrail(RequestDelegate next, AuditStore audit, ApiKeyStore keys, ServiceClient services, ILogger<AuditTrail> logger)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.IsOfApi() || AuditedCalls.Find(context.Request) is not { } call || context.GetEndpoint() is null)
        {
            await next(context);
            return;
        }

        var caller = Caller.Of(context);
        var before = await ReadAsync(call, caller, context.RequestAborted);
        var intent = await audit.IntendAsync(caller.KeyId, call.Action, call.Object, before, context.RequestAborted);
        var sent = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        var held = new StreamResponseBodyFeature(answer);
        if (call.KeepsAnswer)
        {
            context.Features.Set<IHttpResponseBodyFeature>(held);
        }

        try
        {
            await next(context);
            await held.CompleteAsync();
        }
        catch (Exception exception)
        {
            // A body that cannot be read changed nothing; of anything else nobody knows.
            await FinishAsync(intent, exception is BadHttpRequestException ? null : (null, AuditFacts.Unknown));
            throw;
        }
        finally
        {
            context.Features.Set(sent);
        }

        var body = new ReadOnlySpan<byte>(answer.GetBuffer(), 0, (int)answer.Length);
        await FinishAsync(intent, context.Response.StatusCode switch
        {
            >= 500 => (null, AuditFacts.Unknown),
            >= 400 => null,
            _ => (AuditFacts.IdOf(body), AuditFacts.Of(body, context.Request.Query)),
        });
        if (answer.Length > 0)
        {
            await context.Response.Body.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), context.RequestAborted);
        }
    }

    /// <summary>The object as it is; null where it cannot be read, which the call itself will say.</summary>
    private Task<string?> ReadAsync(AuditedCall call, Caller caller, CancellationToken cancellationToken) => call.BeforeIn switch
    {
        AuditedObject.Key => ReadKeyAsync(call.Object, cancellationToken),
        AuditedObject.Endpoint => ReadEndpointAsync(call.Object!, caller, cancellationToken),
        _ => Task.FromResult<string?>(null),
    };

    private async Task<string?> ReadKeyAsync(string? id, CancellationToken cancellationToken)
        => Guid.TryParse(id, out var guid) && await keys.FindAsync(guid, cancellationToken) is { } key
            ? AuditFacts.Of(JsonSerializer.SerializeToUtf8Bytes(key, ApiJson.Options))
            : null;

    private async Task<string?> ReadEndpointAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ReadTimeout);
        try
        {
            using var found = await services.GetAsync("relay", $"/v1/webhooks/{Uri.EscapeDataString(id)}", caller, timeout.Token);
            return found.StatusCode == HttpStatusCode.OK ? AuditFacts.Of(await found.Content.ReadAsByteArrayAsync(timeout.Token)) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Whoever called may have gone by now; the record is written all the same.</summary>
    private async Task FinishAsync(Guid intent, (string? Object, string? After)? outcome)
    {
        try
        {
            await (outcome is { } done ? audit.CompleteAsync(intent, done.Object, done.After, CancellationToken.None) : audit.DropAsync(intent, CancellationToken.None));
        }
        catch (Exception exception) when (exception is NpgsqlException || Transience.IsTransient(exception))
        {
            Log.Kept(logger, intent, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The intent {Intent} could not be completed; it becomes a record of the audit later, with an unknown outcome: {Reason}")]
        public static partial void Kept(ILogger logger, Guid intent, string reason);
    }
}
