using System.Text.Json;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.Console.DeadLetters;

/// <summary>Puts dead letters back into the queue that they came from, as they were before they failed.</summary>
internal sealed class DeadLetterPublisher(Broker broker, DeadLetterMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    /// <summary>
    /// Returns when the broker has confirmed them, with the ids of those that their queue took. Throws if the broker is
    /// away or does not confirm; then some may have been taken, and will be put back again, which no consumer minds.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> PublishAsync(IReadOnlyList<Replayable> letters, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var connection = await broker.ConnectAsync(either.Token);
            await using var channel = await connection.CreateChannelAsync(Broker.Confirmed, either.Token);
            var taken = await Task.WhenAll(letters.Select(letter => PublishAsync(channel, letter, either.Token)));
            return [.. letters.Where((_, index) => taken[index]).Select(letter => letter.Id)];
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException("The broker did not confirm in time.", exception);
        }
    }

    /// <summary>False if there is no such queue, or the content is no longer kept. Mandatory, because the broker confirms what it throws away, too.</summary>
    private async Task<bool> PublishAsync(IChannel channel, Replayable letter, CancellationToken cancellationToken)
    {
        if (letter.Payload is null)
        {
            return false;
        }

        var headers = AmqpHeaders.OriginalsFromJson(letter.Headers);
        headers[DeadLetter.ReplayHeader] = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var properties = JsonSerializer.Deserialize<AmqpProperties>(letter.Properties, ApiJson.Options)!.With(headers);
        try
        {
            await channel.BasicPublishAsync(exchange: "", routingKey: letter.Queue, mandatory: true, properties, letter.Payload, cancellationToken);
            metrics.Replayed(letter.Queue);
            return true;
        }
        catch (PublishException exception) when (exception.IsReturn)
        {
            return false;
        }
    }
}
