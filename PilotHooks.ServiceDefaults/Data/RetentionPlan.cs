namespace PilotHooks.ServiceDefaults.Data;

/// <summary>What a service erases once it has reached its age, and how often it looks for it.</summary>
/// <param name="Rules">Applied in this order.</param>
/// <param name="Parameters">Of all statements, beside the rules' <c>@Batch</c>.</param>
/// <param name="Interval">Between the beginnings of two looks.</param>
/// <param name="Batch">Rows erased by one statement.</param>
/// <param name="Erased">Hears after each statement of a rule what was erased, and how many rows.</param>
public sealed record RetentionPlan(IReadOnlyList<RetentionRule> Rules, object Parameters, TimeSpan Interval, int Batch, Action<string, int> Erased)
{
    /// <summary>Statements that run once after the rules, for what is left of what they erased.</summary>
    public IReadOnlyList<string> Afterwards { get; init; } = [];
}

/// <summary>One kind of thing to erase.</summary>
/// <param name="What">What it is, as the metrics name it.</param>
/// <param name="Sql">Erases at most <c>@Batch</c> rows; repeated until it finds fewer.</param>
public sealed record RetentionRule(string What, string Sql);
