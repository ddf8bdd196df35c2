using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Tracing;

/// <summary>What an operator sees of an event, and what nobody may see.</summary>
[Collection(SubscribedCollection.Name)]
public sealed class OneTraceTests(SubscribedSystem fixture)
{
    private const string Phone = "5511977776666";
    private const string Words = "words of a private message";
    private const string Token = "token-in-the-address";

    private readonly string _id = $"{Guid.NewGuid():N}";

    [Fact]
    public async Task One_trace_leads_from_the_post_to_the_statement_that_merges_it()
    {
        await fixture.System.PostAsync(Sent());

        // Spans are exported in batches, and children before their parents.
        var trace = await Eventually.GetAsync(
            () => Task.FromResult(fixture.Telemetry.Spans
                .GroupBy(span => span.TraceId)
                .FirstOrDefault(spans => spans.Any(IsPost) && spans.Any(span => IsStatement(span, "messaging")) && spans.Any(span => IsStatement(span, "relay")))?.ToList()),
            found => found is not null && found.All(span => span.ParentSpanId.Length == 0 || found.Exists(parent => parent.SpanId == span.ParentSpanId)));

        trace!.Where(span => span.ParentSpanId.Length == 0).ShouldHaveSingleItem().Name.ShouldStartWith("POST /hooks/");
        trace!.Select(Service).Distinct().ShouldBe(["ingress", "messaging", "relay"], ignoreOrder: true);
    }

    [Fact]
    public async Task No_body_token_secret_or_phone_number_is_exported()
    {
        await fixture.System.PostAsync(Sent(), $"whatsapp?token={Token}");
        using (await fixture.System.PostOnceAsync($$"""{"event":"message.sent","data":{"to":"+{{Phone}}","content":"{{Words}}"} }""", $"whatsapp?token={Token}"))
        using (await fixture.System.PostOnceAsync($"{Words} +{Phone}"))
        using (await fixture.System.PostOnceAsync("{}", $"+{Phone}"))
        {
            // Refused: each for a reason of its own, none of which may quote what it refused.
        }

        await Eventually.GetAsync(() => fixture.System.ReadAsync($"v1/messages/{_id}"), message => message is not null);
        await fixture.System.ReadAsync($"v1/messages?contact=%2B{Phone}");
        await fixture.System.ReadAsync($"v1/conversations/num_{_id}/%2B{Phone}");
        await fixture.System.ReadAsync($"v1/calls?contact=%2B{Phone}");
        await fixture.System.ReadAsync($"v1/calls/permissions/%2B{Phone}");
        await Eventually.GetAsync(
            () => Task.FromResult(fixture.Telemetry.Spans.Select(Service).Distinct().ToList()),
            services => new[] { "ingress", "messaging", "numbers", "calls", "relay", "console" }.All(services.Contains));

        var output = await fixture.System.Resources.OutputAsync();
        var brokerPassword = new Uri(await fixture.System.Resources.ConnectionStringAsync("broker")).UserInfo.Split(':')[1];
        foreach (var secret in new[] { Phone, Words, Token, RunningSystem.ApiKey, RunningSystem.PlatformSecret, RunningSystem.GatewayToken, brokerPassword })
        {
            fixture.Telemetry.Find(secret).ShouldBeNull();
            output.ShouldNotContain(secret);
        }

        fixture.Telemetry.Metrics.ShouldContain(metric => metric.Name.StartsWith("pilothooks.ingress", StringComparison.Ordinal));
    }

    private static bool IsPost(OtlpSpan span) => Service(span) == "ingress" && span.Name.StartsWith("POST /hooks/", StringComparison.Ordinal);

    private static bool IsStatement(OtlpSpan span, string service) => Service(span) == service && span.Scope == "Npgsql";

    /// <summary>The name of the resource: a service may put the system's before it.</summary>
    private static string Service(OtlpSpan span) => span.Service.Split('-')[^1];

    private string Sent()
        => $$"""{"event":"message.sent","data":{"to":"+{{Phone}}","from":"+5511966665555","numberId":"num_{{_id}}","messageId":"wa{{_id}}","id":"{{_id}}","type":"text","fromMe":true,"content":"{{Words}}","createdAt":"2026-02-24T15:00:05.000Z"} }""";
}
