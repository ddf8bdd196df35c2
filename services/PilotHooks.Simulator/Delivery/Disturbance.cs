namespace PilotHooks.Simulator.Delivery;

/// <summary>How a provider's delivery of one event goes wrong.</summary>
/// <param name="Hold">How long it is held back, so that later ones overtake it.</param>
/// <param name="Copies">After which times it is delivered again.</param>
internal sealed record Disturbance(TimeSpan Hold, IReadOnlyList<TimeSpan> Copies)
{
    public static Disturbance Decide(Random chance, SimulatorOptions options)
    {
        // Each is drawn for each event, whatever came of the others, so that the rates are independent.
        var hold = chance.NextDouble() < options.Shuffle ? Seconds(0.5, 2.5) : TimeSpan.Zero;
        var twice = chance.NextDouble() < options.Duplicates;
        var again = chance.NextDouble() < options.Retries;
        List<TimeSpan> copies = [];
        if (twice)
        {
            copies.Add(TimeSpan.Zero);
        }

        if (again)
        {
            copies.Add(Seconds(3, 8));
        }

        return new Disturbance(hold, copies);

        TimeSpan Seconds(double low, double high) => TimeSpan.FromSeconds(low + (chance.NextDouble() * (high - low)));
    }
}
