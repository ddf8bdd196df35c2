namespace PilotHooks.Console.Overview;

/// <summary>
/// How late a queue's consumer is at each point, in seconds. Where it merged something, the latest of that says it. Where
/// it merged nothing although messages waited all the time, nobody has seen how old the oldest is: then it is at most as
/// old as the time since none waited, and that is said.
/// </summary>
internal static class QueueAge
{
    /// <summary>What is known of a queue at one point; all null where nothing is.</summary>
    /// <param name="LowestDepth">The lowest reading of its depth.</param>
    /// <param name="HighestDepth">The highest reading.</param>
    /// <param name="Latest">The highest lateness of an event that was merged.</param>
    internal sealed record Point(double? LowestDepth, double? HighestDepth, double? Latest);

    public static double?[] Of(IReadOnlyList<Point> points, double resolutionSeconds)
    {
        var ages = new double?[points.Count];
        var sinceEmpty = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            // Where it was not read, it is taken to be as it was.
            sinceEmpty = point.LowestDepth == 0 ? 0 : point.LowestDepth is null && sinceEmpty == 0 ? 0 : sinceEmpty + resolutionSeconds;
            ages[i] = (point.Latest, point.HighestDepth) switch
            {
                ({ } latest, _) => latest,
                (null, null) => null,
                (null, > 0) => sinceEmpty,
                _ => 0,
            };
        }

        return ages;
    }
}
