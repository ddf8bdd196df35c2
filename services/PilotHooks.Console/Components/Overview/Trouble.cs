using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Components.Overview;

/// <summary>Something that wants attention: a text's name, what goes into it, and where to look.</summary>
public sealed record Trouble(BadgeKind Kind, string Text, IReadOnlyList<object> Values, string? Href)
{
    /// <summary>So long an event may wait for its consumer without anybody being told.</summary>
    private const double LateSeconds = 30;

    /// <summary>All of it, the gravest first.</summary>
    public static IReadOnlyList<Trouble> Of(OverviewFigures figures) => [.. All(figures).OrderBy(trouble => trouble.Kind == BadgeKind.Bad ? 0 : 1)];

    private static IEnumerable<Trouble> All(OverviewFigures figures)
    {
        if (Names(figures.Services.Where(service => service.Replicas == 0), service => service.Service) is { } silent)
        {
            yield return new Trouble(BadgeKind.Bad, "Silent", [silent], "#services");
        }

        if (Names(figures.Queues.Where(queue => queue.Consumers == 0), queue => queue.Queue) is { } unconsumed)
        {
            yield return new Trouble(BadgeKind.Bad, "NoConsumer", [unconsumed], "#queues");
        }

        foreach (var queue in figures.Queues.Where(queue => queue.Consumers != 0 && queue.AgeSeconds.Now > LateSeconds))
        {
            yield return new Trouble(BadgeKind.Warn, "Late", [queue.Queue, TimeSpan.FromSeconds(queue.AgeSeconds.Now!.Value)], "#queues");
        }

        if (figures.DeadLetters.Open > 0)
        {
            yield return new Trouble(BadgeKind.Bad, "OpenDeadLetters", [figures.DeadLetters.Open.Value], "/dead-letters");
        }

        if (figures.Endpoints is { Failing: > 0 and var failing })
        {
            yield return new Trouble(BadgeKind.Bad, "EndpointsFail", [failing], "/webhooks?failing=true");
        }

        if (figures.Numbers is { Down: > 0 and var down })
        {
            yield return new Trouble(BadgeKind.Bad, "NumbersDown", [down], "/numbers?state=disconnected");
        }

        if (figures.Numbers is { Ill: > 0 and var ill })
        {
            yield return new Trouble(BadgeKind.Warn, "NumbersIll", [ill], "/numbers");
        }

        if (figures.Spool.Depth.Now > 0)
        {
            yield return new Trouble(BadgeKind.Warn, "Spooling", [(long)figures.Spool.Depth.Now.Value], Href: null);
        }

        var parts = new[] { ("numbers", figures.Numbers is null), ("relay", figures.Endpoints is null), ("console", figures.DeadLetters.Open is null) };
        if (Names(parts.Where(part => part.Item2), part => part.Item1) is { } unknown)
        {
            yield return new Trouble(BadgeKind.Warn, "NotKnown", [unknown], Href: null);
        }
    }

    private static string? Names<T>(IEnumerable<T> items, Func<T, string> name)
        => items.Select(name).ToList() is { Count: > 0 } names ? string.Join(", ", names) : null;
}
