using System.ComponentModel.DataAnnotations;
using PilotHooks.Relay.Intake;
using PilotHooks.Relay.Quotas;
using PilotHooks.Relay.Safety;

namespace PilotHooks.Relay;

/// <summary>How the relay delivers. The defaults are those of the API's documentation.</summary>
internal sealed class RelayOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Relay";

    /// <summary>How much longer than an attempt a lease is at least, for what is done before and after it.</summary>
    public static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(2);

    /// <summary>Whether subscribers may live at loopback and private addresses: for local runs only.</summary>
    public bool AllowPrivateEndpoints { get; init; }

    /// <summary>Whether a subscriber's URL must be https; by default wherever private addresses are not allowed.</summary>
    public bool? RequireHttps { get; init; }

    /// <summary>
    /// Networks that no subscriber may live in, such as <c>192.0.2.0/24</c> or one address, whatever else is allowed: those
    /// of the operator's own that are public, or a NAT64 prefix of the site's own.
    /// </summary>
    public string[] DeniedNetworks { get; init; } = [];

    /// <summary>The only ports that subscribers may listen on; empty for all that no other protocol has.</summary>
    public int[] AllowedPorts { get; init; } = [];

    /// <summary>How much a caller may do.</summary>
    public QuotaOptions Quotas { get; init; } = new();

    /// <summary>Of one attempt, from the name's resolution to the headers of the answer.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a worker has a delivery for itself. A crashed worker's deliveries are taken up again after it, and none
    /// is while its attempt may still run.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idle replica looks for work that another replica made or whose time has come.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Attempts under way at the same time in this replica.</summary>
    [Range(1, 65536)]
    public int MaxInFlight { get; init; } = 1024;

    /// <summary>Deliveries that this replica has leased and holds ready behind those: what both lanes of the archive bring for two dozen endpoints.</summary>
    [Range(1, 65536)]
    public int MaxReady { get; init; } = 32768;

    /// <summary>Bytes of bodies under way or ready at the same time in this replica.</summary>
    [Range(4 * 1024 * 1024, int.MaxValue)]
    public int MaxInFlightBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The gaps between attempts, for tests and special needs; null for the documented ones.</summary>
    public TimeSpan[]? RetrySchedule { get; init; }

    /// <summary>How long a number is disconnected or blocked before <c>number.alert</c> tells.</summary>
    public TimeSpan NumberDownAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When <c>intake.alert</c> tells that a source is silent.</summary>
    public SilenceOptions Silence { get; init; } = new();

    /// <summary>How long things are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AttemptTimeout <= TimeSpan.Zero || Lease < AttemptTimeout + LeaseMargin)
        {
            yield return new ValidationResult($"Relay:Lease ({Lease}) must be at least two seconds longer than Relay:AttemptTimeout ({AttemptTimeout}).");
        }

        if (Array.Find(DeniedNetworks, network => TargetLimits.ParseNetwork(network) is null) is { } wrong)
        {
            yield return new ValidationResult($"Relay:DeniedNetworks: {wrong} is neither a network, such as 10.0.0.0/8 or 2001:db8::/32, nor an address.");
        }

        if (AllowedPorts.Any(port => port is < 1 or > 65535 || TargetUrl.IsOfOtherProtocol(port)))
        {
            yield return new ValidationResult("Relay:AllowedPorts takes ports from 1 to 65535 that no other protocol has.");
        }

        if (!Quotas.IsUsable)
        {
            yield return new ValidationResult("Each of Relay:Quotas is a whole number from 1 to 1000000.");
        }

        if (PollInterval <= TimeSpan.Zero || RetrySchedule is { } gaps && gaps.Any(gap => gap <= TimeSpan.Zero))
        {
            yield return new ValidationResult("Relay:PollInterval and every gap of Relay:RetrySchedule must be longer than nothing.");
        }

        if (NumberDownAfter <= TimeSpan.Zero)
        {
            yield return new ValidationResult($"Relay:NumberDownAfter ({NumberDownAfter}) must be longer than nothing.");
        }

        if (Silence.AtLeast <= TimeSpan.Zero || Silence.Factor < 1 || Silence.LearnFor < TimeSpan.Zero)
        {
            yield return new ValidationResult("Relay:Silence takes an AtLeast longer than nothing, a Factor from 1 on, and a LearnFor that is not negative.");
        }

        if (Retention.Events <= TimeSpan.Zero || Retention.Deliveries <= TimeSpan.Zero || Retention.RefusedRequests <= TimeSpan.Zero || Retention.Content < TimeSpan.Zero || Retention.Interval <= TimeSpan.Zero)
        {
            yield return new ValidationResult("Relay:Retention takes positive ages; Content may be zero, for none.");
        }
    }
}

/// <summary>Ages after which things are deleted, in small batches.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Events of the archive. One that still waits to be delivered is kept.</summary>
    public TimeSpan Events { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Deliveries and their attempts, those that wait at a paused endpoint included.</summary>
    public TimeSpan Deliveries { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Bodies of events, and what subscribers answered; ids and times stay. Zero: a body is erased as soon as nothing waits for it, and answers of
    /// subscribers are not kept.
    /// </summary>
    public TimeSpan Content { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Requests that the ingress refused.</summary>
    public TimeSpan RefusedRequests { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Requests of one source that the ingress refused: the latest are kept.</summary>
    [Range(1, 1_000_000)]
    public int RefusedRequestsOfASource { get; init; } = 1000;

    /// <summary>How often it is looked.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Rows deleted by one statement.</summary>
    [Range(1, 100_000)]
    public int Batch { get; init; } = 1000;
}
