namespace PilotHooks.ServiceDefaults.Figures;

/// <summary>What becomes of an instrument's measurements until the next report.</summary>
internal enum FigureKind
{
    /// <summary>They are added up.</summary>
    Sum,

    /// <summary>They are counted in the buckets of <see cref="FigureBuckets"/>.</summary>
    Distribution,

    /// <summary>The last one counts.</summary>
    Gauge,
}

/// <summary>An instrument whose figures are reported.</summary>
/// <param name="Tag">The tag whose values are told apart; others are added up. Null: all are.</param>
internal sealed record FigureInstrument(string Name, FigureKind Kind, string? Tag = null);

/// <summary>The instruments that the console's overview is made of. Any other costs nothing.</summary>
internal static class FigureInstruments
{
    public static IReadOnlyDictionary<string, FigureInstrument> ByName { get; } = new FigureInstrument[]
    {
        new("pilothooks.ingress.accepted", FigureKind.Sum, "kind"),
        new("pilothooks.ingress.duplicates", FigureKind.Sum),
        new("pilothooks.ingress.rejected", FigureKind.Sum),
        new("pilothooks.ingress.spooled", FigureKind.Sum),
        new("pilothooks.ingress.drained", FigureKind.Sum),
        new("pilothooks.ingress.ack.duration", FigureKind.Distribution),
        new("pilothooks.ingress.spool.depth", FigureKind.Gauge),
        // The sizes of the merged batches, added up, are the events merged.
        new("pilothooks.merge.batch.size", FigureKind.Sum, "kind"),
        new("pilothooks.queue.age", FigureKind.Distribution, "queue"),
        new("pilothooks.queue.depth", FigureKind.Gauge, "queue"),
        new("pilothooks.queue.consumers", FigureKind.Gauge, "queue"),
        new("pilothooks.relay.events.archived", FigureKind.Sum),
        new("pilothooks.relay.deliveries.queued", FigureKind.Sum),
        new("pilothooks.relay.deliveries.ended", FigureKind.Sum, "status"),
        new("pilothooks.relay.attempts", FigureKind.Sum, "outcome"),
        new("pilothooks.relay.latency", FigureKind.Distribution),
        new("pilothooks.dead_letters.recorded", FigureKind.Sum, "queue"),
    }.ToDictionary(instrument => instrument.Name);
}
