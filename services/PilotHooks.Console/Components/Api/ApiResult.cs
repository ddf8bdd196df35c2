using System.Diagnostics.CodeAnalysis;

namespace PilotHooks.Console.Components.Api;

/// <summary>
/// Why the API did not do what was asked. <see cref="Detail"/> is its own sentence, in English; null when it gave none.
/// <see cref="Code"/> names the reason where a call has several.
/// </summary>
public sealed record ApiProblem(int Status, string? Detail, string? TraceId = null, string? Code = null)
{
    /// <summary>The API did not answer at all, or not in time.</summary>
    public static readonly ApiProblem NoAnswer = new(0, null);
}

/// <summary>What came of a call: a value or a problem, never an exception.</summary>
internal sealed record ApiResult<T>(T? Value, ApiProblem? Problem)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsOk => Problem is null;
}

/// <summary>The answer to a call that returns nothing of use.</summary>
internal sealed record Done
{
    public static readonly Done Instance = new();
}
