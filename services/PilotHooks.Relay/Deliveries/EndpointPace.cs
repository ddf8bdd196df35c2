namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// How many attempts one endpoint gets at the same time from this replica: few at first, one more with each answer, half
/// with each that does not come. An endpoint that hangs soon holds a single slot; a fast one gets all it can use.
/// </summary>
internal sealed class EndpointPace
{
    public const int Initial = 8;
    private const int Max = 64;

    public int Limit { get; private set; } = Initial;

    public int InFlight { get; private set; }

    public int Free => Math.Max(0, Limit - InFlight);

    public void Start() => InFlight++;

    public void Finish(bool answered)
    {
        InFlight--;
        Limit = answered ? Math.Min(Limit + 1, Max) : Math.Max(Limit / 2, 1);
    }
}
