namespace PilotHooks.Console.Components.Webhooks;

/// <summary>What became of an endpoint's deliveries, as the API counts them.</summary>
public sealed record DeliveryStats(long Total, long Successful, long Failed, long Pending, double? SuccessRate, RetryProgress? Retrying);

/// <summary>How far the retry of all failed deliveries is: how many it puts back, and how many of them have been attempted since.</summary>
public sealed record RetryProgress(long Total, long Done);
