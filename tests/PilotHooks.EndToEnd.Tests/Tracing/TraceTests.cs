using System.Net;
using Microsoft.AspNetCore.Http;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Tracing;

/// <summary>What an operator sees of an event, and of a system that has nothing to do.</summary>
[Collection(ObservedCollection.Name)]
public sealed class TraceTests(ObservedSystem system)
{
    private readonly string _id = $"{Guid.NewGuid():N}";

    [Fact]
    public async Task An_events_trace_leads_from_the_post_to_its_rows_and_to_every_attempt()
    {
        await system.SubscribeAsync(system.Subscriber.Add(), NumberId);
        await system.SubscribeAsync(system.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count == 1 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }), NumberId);

        var trace = await PostAsync(spans => spans.Count(IsAttempt) == 3);

        Names(trace, "ingress").ShouldBe(["POST /hooks/whatsapp message.received", "events claim", "PilotHooks.Contracts:MessageReceived send"], ignoreOrder: true);
        Names(trace, "messaging").ShouldBe(["messaging-inbound receive", "messaging-inbound process", "merge MessageReceived", "merge batch of MessageReceived", "messages merge"], ignoreOrder: true);
        new[] { "relay-archive receive", "relay-archive process", "merge ArchivedEvent", "merge batch of ArchivedEvent", "endpoints select", "events insert", "deliver message.received", "deliveries insert", "merge Outcome", "attempts insert" }
            .Except(Names(trace, "relay")).ShouldBeEmpty();
        trace.Where(IsAttempt).Select(span => (span.Attributes["http.response.status_code"], span.Attributes["pilothooks.attempt"]))
            .ShouldBe([("200", "1"), ("503", "1"), ("204", "2")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_log_line_of_an_event_carries_its_trace()
    {
        await system.SubscribeAsync(system.Subscriber.Add(HttpStatusCode.BadRequest), NumberId);
        var trace = await PostAsync(spans => spans.Any(IsAttempt));

        var lines = await Eventually.GetAsync(
            () => Task.FromResult(system.Receiver.Logs.Where(log => log.TraceId == trace[0].TraceId).Select(log => (log.Service.Name, log.Body.Split(' ')[0])).ToHashSet()),
            lines => lines.Count >= 2);

        lines.ShouldBe([("ingress", "accepted"), ("relay", "Attempt")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_trace_begins_with_a_request_or_a_job_that_did_something()
    {
        await PostAsync(spans => spans.Any(span => span.Name == "events insert"));
        // The loops of all services have had several turns.
        await system.ExportedAsync(6);

        var spans = system.Receiver.Spans.ToList();
        var known = spans.Select(span => span.SpanId).ToHashSet();
        var roots = spans.Where(span => span.ParentSpanId.Length == 0 || !known.Contains(span.ParentSpanId)).ToList();
        roots.Where(span => span.Scope is not ("Microsoft.AspNetCore" or "PilotHooks.Jobs")).ShouldBeEmpty();
        roots.Where(span => span.Name.Contains("/health", StringComparison.Ordinal) || span.Name.Contains("/alive", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Traces_logs_and_metrics_belong_to_the_replica_that_the_environment_names()
    {
        await PostAsync(spans => spans.Any(span => span.Name == "events insert"));

        var expected = ObservedSystem.Services.Select(service => new OtlpService(service, ObservedSystem.InstanceOf(service))).ToList();
        system.Receiver.Spans.Select(span => span.Service).Except(expected).ShouldBeEmpty();
        system.Receiver.Logs.Select(log => log.Service).Except(expected).ShouldBeEmpty();
        (await Eventually.GetAsync(() => Task.FromResult(system.Receiver.Metrics.Select(metric => metric.Service).Distinct().ToList()), services => services.Count >= expected.Count))
            .ShouldBe(expected, ignoreOrder: true);
    }

    private string NumberId => $"num_{_id}";

    private string Received()
        => $$"""{"event":"message.received","data":{"to":"+5511999990000","from":"+5511988880000","numberId":"{{NumberId}}","messageId":"wa{{_id}}","id":"{{_id}}","type":"text","content":"Hi","createdAt":"2026-02-24T15:00:05.000Z"} }""";

    private static bool IsAttempt(OtlpSpan span) => span.Name == "deliver message.received";

    private static IEnumerable<string> Names(IEnumerable<OtlpSpan> trace, string service) => trace.Where(span => span.Service.Name == service).Select(span => span.Name).Distinct();

    /// <summary>Posts this test's event; returns its trace once that is whole and as wanted.</summary>
    private async Task<List<OtlpSpan>> PostAsync(Func<List<OtlpSpan>, bool> until)
    {
        var eventId = await system.EventIdAsync(Received());
        return await Eventually.GetAsync(
            () => Task.FromResult(Trace(eventId)),
            // Spans are exported in batches, and children before their parents.
            trace => until(trace) && trace.All(span => span.ParentSpanId.Length == 0 || trace.Exists(parent => parent.SpanId == span.ParentSpanId)));
    }

    private List<OtlpSpan> Trace(string eventId)
    {
        var spans = system.Receiver.Spans.ToList();
        var first = spans.Find(span => span.Service.Name == "ingress" && span.Attributes.GetValueOrDefault("pilothooks.event.id") == eventId);
        return [.. spans.Where(span => span.TraceId == first?.TraceId)];
    }
}
