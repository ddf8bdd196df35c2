using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>What came out of checking a key: who calls, if it is accepted; when to come again, if there were too many wrong ones.</summary>
internal sealed record KeyCheck(KeyCheckResult Result, Caller? Caller = null, TimeSpan RetryAfter = default);

internal enum KeyCheckResult
{
    Accepted,

    /// <summary>The call carries none, or several.</summary>
    Missing,

    /// <summary>Nobody's, or removed.</summary>
    Unknown,

    /// <summary>Past its last day.</summary>
    Expired,

    /// <summary>Not looked at: too many wrong ones came before it.</summary>
    Limited,

    /// <summary>The database that would know it does not answer.</summary>
    Undecided,
}
