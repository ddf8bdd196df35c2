using System.Diagnostics.Metrics;
using PilotHooks.Contracts;

namespace PilotHooks.Relay;

/// <summary>What the relay counts. Endpoint and number ids are tags; URLs, bodies and phone numbers are not.</summary>
internal sealed class RelayMetrics
{
    private readonly Counter<long> _archived;
    private readonly Counter<long> _queued;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _reported;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _erased;
    private readonly UpDownCounter<int> _inFlight;

    public RelayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("PilotHooks.Relay");
        _archived = meter.CreateCounter<long>("pilothooks.relay.events.archived", "{event}", "Events archived for the first time.");
        _queued = meter.CreateCounter<long>("pilothooks.relay.deliveries.queued", "{delivery}", "Deliveries made for subscribed endpoints.");
        _attempts = meter.CreateCounter<long>("pilothooks.relay.attempts", "{attempt}", "Attempts by outcome.");
        _ended = meter.CreateCounter<long>("pilothooks.relay.deliveries.ended", "{delivery}", "Deliveries that succeeded or were given up.");
        _reported = meter.CreateCounter<long>("pilothooks.relay.messages.reported", "{message}", "Messages that were sent or failed, by number: their ratio is a number's failure rate.");
        _duration = meter.CreateHistogram<double>("pilothooks.relay.attempt.duration", "s", "Time of one attempt.");
        _latency = meter.CreateHistogram<double>("pilothooks.relay.latency", "s", "From the ingress to the subscriber's first success.");
        _erased = meter.CreateCounter<long>("pilothooks.relay.retention.erased", "{row}", "Rows that reached the end of their retention.");
        _inFlight = meter.CreateUpDownCounter<int>("pilothooks.relay.attempts.active", "{attempt}", "Attempts under way.");
    }

    public void Archived(long events, long deliveries)
    {
        _archived.Add(events);
        _queued.Add(deliveries);
    }

    /// <summary>Counts a message's first or last fate; other events are none of it.</summary>
    public void Reported(IWebhookEvent archived)
    {
        if (archived.Event is "message.sent" or "message.failed")
        {
            _reported.Add(1, new("number", archived.NumberId), new("status", archived.Event["message.".Length..]));
        }
    }

    public void AttemptStarted() => _inFlight.Add(1);

    public void AttemptFinished(string outcome, TimeSpan duration)
    {
        _inFlight.Add(-1);
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public void DeliveryEnded(string status) => _ended.Add(1, new KeyValuePair<string, object?>("status", status));

    public void RecordLatency(TimeSpan latency) => _latency.Record(latency.TotalSeconds);

    public void Erased(string what, int rows) => _erased.Add(rows, new KeyValuePair<string, object?>("what", what));
}
