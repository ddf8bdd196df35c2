namespace PilotHooks.Messaging.Sending;

/// <summary>How a send ended.</summary>
internal abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>The provider took the message, under these ids.</summary>
    public sealed record Accepted(string Id, string? CorrelationId, DateTime? CreatedAt) : SendOutcome;

    /// <summary>The provider answered that it did not. The status is its own, and so are the others where it gave them.</summary>
    public sealed record Refused(int Status, string? Code, string? Message, string? RetryAfter) : SendOutcome;

    /// <summary>The provider was not reached, so nothing was sent.</summary>
    public sealed record Unreachable : SendOutcome;

    /// <summary>The provider was reached and did not say whether it took the message. The status is ours.</summary>
    public sealed record Unknown(int Status, string Reason) : SendOutcome;
}
