using MassTransit;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.RefusedRequests;

/// <summary>Takes what the ingress refused into the log.</summary>
internal sealed class RefusedRequestConsumer(MergeBatcher<RefusedRequest> batcher) : IConsumer<RefusedRequest>
{
    public Task Consume(ConsumeContext<RefusedRequest> context) => batcher.MergeAsync(context.Message, traceParent: null, context.CancellationToken);
}
