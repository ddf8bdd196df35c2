namespace PilotHooks.Console.Forwarding;

/// <summary>
/// A service behind the console and its replicas. They take turns; one that could not be connected to is tried last for
/// a moment, so that a replica that swallows connections does not delay every other call.
/// </summary>
internal sealed class Upstream(string name, IReadOnlyList<Uri> addresses, TimeProvider time)
{
    private static readonly TimeSpan AvoidFor = TimeSpan.FromSeconds(2);

    private readonly Replica[] _replicas = [.. addresses.Select(address => new Replica(address.GetLeftPart(UriPartial.Authority)))];
    private uint _turn;

    public string Name => name;

    /// <summary>The replicas in the order in which this call tries them.</summary>
    public IEnumerable<Replica> Candidates()
    {
        var first = (int)(Interlocked.Increment(ref _turn) % (uint)_replicas.Length);
        var inTurn = _replicas[first..].Concat(_replicas[..first]);
        return _replicas.Length == 1 ? inTurn : inTurn.OrderBy(replica => replica.FailedAt is { } at && time.GetElapsedTime(at) < AvoidFor);
    }

    public void Failed(Replica replica) => replica.FailedAt = time.GetTimestamp();

    /// <summary>One address of the service: scheme, host and port.</summary>
    internal sealed class Replica(string authority)
    {
        private long _failedAt = long.MinValue;

        public string Authority => authority;

        /// <summary>When it last refused a connection, as a timestamp of the clock.</summary>
        public long? FailedAt
        {
            get => Volatile.Read(ref _failedAt) is var at && at == long.MinValue ? null : at;
            set => Volatile.Write(ref _failedAt, value ?? long.MinValue);
        }
    }
}
