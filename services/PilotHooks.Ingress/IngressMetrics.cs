using System.Diagnostics.Metrics;
using PilotHooks.Ingress.Webhooks;

namespace PilotHooks.Ingress;

/// <summary>
/// What the ingress counts. Tags are the source and words of ours, never what a sender could choose.
/// </summary>
internal sealed class IngressMetrics
{
    public const string MeterName = "PilotHooks.Ingress";

    /// <summary>Stands for all names that no source has.</summary>
    public const string UnknownSource = "(unknown)";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _unrecognized;
    private readonly Counter<long> _refusalsDropped;
    private readonly Counter<long> _spooled;
    private readonly Counter<long> _drained;
    private readonly Counter<long> _redisAway;
    private readonly Histogram<double> _ackDuration;
    private long _spoolDepth;

    public IngressMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _accepted = meter.CreateCounter<long>("pilothooks.ingress.accepted", "{event}", "Events made durable.");
        _duplicates = meter.CreateCounter<long>("pilothooks.ingress.duplicates", "{event}", "Repetitions of events made durable before.");
        _rejected = meter.CreateCounter<long>("pilothooks.ingress.rejected", "{request}", "Requests refused, by reason.");
        _unrecognized = meter.CreateCounter<long>("pilothooks.ingress.unrecognized", "{event}", "Events kept without being understood, by reason.");
        _refusalsDropped = meter.CreateCounter<long>("pilothooks.ingress.refusals.dropped", "{request}", "Refused requests that were beyond the limits of their log.");
        _spooled = meter.CreateCounter<long>("pilothooks.ingress.spooled", "{event}", "Events kept in the spool because the broker was away.");
        _drained = meter.CreateCounter<long>("pilothooks.ingress.drained", "{event}", "Events brought from the spool to the broker.");
        _redisAway = meter.CreateCounter<long>("pilothooks.ingress.redis.away", "{operation}", "Operations done without Redis.");
        _ackDuration = meter.CreateHistogram<double>("pilothooks.ingress.ack.duration", "s", "From the request to its answer.");
        meter.CreateObservableGauge("pilothooks.ingress.spool.depth", () => Volatile.Read(ref _spoolDepth), "{event}", "Events that wait in the spool.");
    }

    public void Accepted(string source, EventKind kind)
        => _accepted.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("kind", Kinds[(int)kind]));

    public void Duplicate(string source) => _duplicates.Add(1, new KeyValuePair<string, object?>("source", source));

    public void Rejected(string source, string reason)
        => _rejected.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("reason", reason));

    public void Unrecognized(string source, string reason)
        => _unrecognized.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("reason", reason));

    public void RefusalDropped(string? source) => _refusalsDropped.Add(1, new KeyValuePair<string, object?>("source", source ?? UnknownSource));

    public void Spooled(string source) => _spooled.Add(1, new KeyValuePair<string, object?>("source", source));

    public void Drained(int count) => _drained.Add(count);

    public void RedisAway() => _redisAway.Add(1);

    public void Acknowledged(string source, TimeSpan elapsed)
        => _ackDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("source", source));

    public void SpoolDepth(long depth) => Volatile.Write(ref _spoolDepth, depth);

    /// <summary>Their names, as objects that need not be made per event.</summary>
    private static readonly string[] Kinds = Enum.GetNames<EventKind>();
}
