using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Messaging.Data;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Data;
using Polly;
using Polly.Retry;

namespace PilotHooks.Messaging.Sending;

/// <summary>
/// Sends a message and records it as queued, by the rules by which its events are merged: whether <c>message.sent</c>
/// comes before or after, it meets the same message.
/// </summary>
internal sealed partial class Sender(
    ProviderClient provider, IdempotencyStore keys, MessageMerge messages, IOptions<ProviderOptions> options, TimeProvider time, ILogger<Sender> logger)
{
    // A send cannot be taken back, so noting it is tried again for a while; its own events will tell of it in any case.
    private readonly ResiliencePipeline _recording = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 5,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
            ShouldHandle = new PredicateBuilder().Handle<Exception>(Transience.IsTransient),
        })
        .Build();

    /// <summary>Claims the key for this request. The margin covers what happens beside the call itself.</summary>
    public Task<IdempotencyClaim> ClaimAsync(string scope, string key, SendRequest request, CancellationToken cancellationToken)
        => keys.ClaimAsync(scope, key, request.Hash, options.Value.TotalTimeout + TimeSpan.FromSeconds(30), cancellationToken);

    /// <summary>
    /// Sends. A caller who hangs up does not end it: a call to the provider that is broken off may have sent or not.
    /// </summary>
    public async Task<SendOutcome> SendAsync(SendRequest request, string scope, string? key)
    {
        var outcome = await provider.SendAsync(request.Body, key is null ? null : IdempotencyStore.ForProvider(scope, key), CancellationToken.None);
        try
        {
            await _recording.ExecuteAsync(async _ => await RecordAsync(request, outcome, scope, key));
        }
        catch (Exception exception) when (exception is NpgsqlException || Transience.IsTransient(exception))
        {
            Log.NotRecorded(logger, exception.Message);
        }

        return outcome;
    }

    private async Task RecordAsync(SendRequest request, SendOutcome outcome, string scope, string? key)
    {
        if (outcome is SendOutcome.Accepted accepted)
        {
            await messages.MergeSendAsync(Queued(request, accepted, time.GetUtcNow()), CancellationToken.None);
        }

        if (key is not null)
        {
            await (outcome switch
            {
                SendOutcome.Accepted answer => keys.AnswerAsync(scope, key, answer),
                SendOutcome.Unknown => keys.GiveUpAsync(scope, key),
                _ => keys.ReleaseAsync(scope, key),
            });
        }
    }

    private static MessageChange Queued(SendRequest request, SendOutcome.Accepted accepted, DateTimeOffset now)
    {
        var at = accepted.CreatedAt ?? EventTime.Of(now);
        return new MessageChange
        {
            NumberId = request.NumberId ?? "",
            Direction = Direction.Outbound,
            Kind = request.GroupId is not null ? Kind.Group : request.NewsletterId is not null ? Kind.Newsletter : Kind.Direct,
            Id = accepted.Id,
            CorrelationId = accepted.CorrelationId,
            To = request.To,
            Type = request.Type,
            Content = request.Content,
            GroupId = request.GroupId,
            NewsletterId = request.NewsletterId,
            QueuedAt = at,
            CreatedAt = at,
            UpdatedAt = at,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A message was sent but could not be recorded; its events will tell of it: {Reason}")]
        public static partial void NotRecorded(ILogger logger, string reason);
    }
}
