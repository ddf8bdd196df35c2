namespace PilotHooks.Console.Components.Calls;

/// <summary>One step of a call's timeline: when it began, what it was, and how long it lasted until the next.</summary>
/// <param name="Name"><c>ringing</c>, <c>connected</c>, <c>missed</c> or <c>ended</c>.</param>
/// <param name="Length">Null for the last step.</param>
internal sealed record CallStep(string Name, DateTimeOffset At, TimeSpan? Length);

/// <summary>The steps of a call in their order, with what is known of each.</summary>
internal static class CallSteps
{
    public static IReadOnlyList<CallStep> Of(CallItem call)
    {
        (string Name, DateTimeOffset? At)[] known = [("ringing", call.RingingAt), ("connected", call.ConnectedAt), ("missed", call.MissedAt), ("ended", call.EndedAt)];
        // By time, since a provider's clocks may disagree; the sort keeps steps of one moment in their natural order.
        var steps = known.Where(step => step.At is not null).OrderBy(step => step.At).ToArray();
        return [.. steps.Select((step, index) => new CallStep(step.Name, step.At!.Value, index + 1 < steps.Length ? steps[index + 1].At - step.At : null))];
    }
}
