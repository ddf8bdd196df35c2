using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Tracing;

/// <summary>What an operator sees of an event, and what nobody may see.</summary>
public sealed class OneTraceTests(OneTraceTests.Observed observed) : IClassFixture<OneTraceTests.Observed>
{
    private const string Phone = "5511977776666";
    private const string Words = "words of a private message";
    private const string Token = "token-in-the-address";

    private readonly string _id = $"{Guid.NewGuid():N}";

    [Fact]
    public async Task One_trace_leads_from_the_post_to_the_statement_that_merges_it()
    {
        await observed.Backbone.PostAsync(Sent());

        // Spans are exported in batches, and children before their parents.
        var trace = await Eventually.GetAsync(
            () => Task.FromResult(observed.Receiver.Spans
                .GroupBy(span => span.TraceId)
                .FirstOrDefault(spans => spans.Any(IsPost) && spans.Any(span => IsStatement(span, "messaging")) && spans.Any(span => IsStatement(span, "relay")))?.ToList()),
            found => found is not null && found.All(span => span.ParentSpanId.Length == 0 || found.Exists(parent => parent.SpanId == span.ParentSpanId)));

        trace!.Where(span => span.ParentSpanId.Length == 0).ShouldHaveSingleItem().Name.ShouldBe("POST /hooks/{source}");
        trace!.Select(span => span.Service).Distinct().ShouldBe(["pilothooks-ingress", "pilothooks-messaging", "pilothooks-relay"], ignoreOrder: true);
    }

    [Fact]
    public async Task No_body_token_secret_or_phone_number_is_exported()
    {
        await observed.Backbone.PostAsync(Sent(), $"whatsapp?token={Token}");
        using (await observed.Backbone.PostOnceAsync($$"""{"event":"message.sent","data":{"to":"+{{Phone}}","content":"{{Words}}"} }""", $"whatsapp?token={Token}"))
        using (await observed.Backbone.PostOnceAsync($"{Words} +{Phone}"))
        using (await observed.Backbone.PostOnceAsync("{}", $"+{Phone}"))
        {
            // Refused: each for a reason of its own, none of which may quote what it refused.
        }

        await Eventually.GetAsync(() => observed.Backbone.ReadAsync($"v1/messages/{_id}"), message => message is not null);
        await observed.Backbone.ReadAsync($"v1/messages?contact=%2B{Phone}");
        await observed.Backbone.ReadAsync($"v1/conversations/num_{_id}/%2B{Phone}");
        await observed.Backbone.ReadAsync($"v1/calls?contact=%2B{Phone}");
        await observed.Backbone.ReadAsync($"v1/calls/permissions/%2B{Phone}");
        await Eventually.GetAsync(
            () => Task.FromResult(observed.Receiver.Spans.Select(span => span.Service).Distinct().Count()),
            services => services == 5);

        foreach (var secret in new[] { Phone, Words, Token, Backbone.ApiKey, Backbone.PlatformSecret, Backbone.GatewayToken, observed.Backbone.Broker.ConnectionString.Split(':')[2].Split('@')[0] })
        {
            observed.Receiver.Find(secret).ShouldBeNull();
            observed.Backbone.Output.ShouldNotContain(secret);
        }

        observed.Receiver.Metrics.ShouldContain(metric => metric.Name.StartsWith("pilothooks.ingress", StringComparison.Ordinal));
    }

    private static bool IsPost(OtlpSpan span) => span is { Service: "pilothooks-ingress", Name: "POST /hooks/{source}" };

    private static bool IsStatement(OtlpSpan span, string service) => span.Service == $"pilothooks-{service}" && span.Scope == "Npgsql";

    private string Sent()
        => $$"""{"event":"message.sent","data":{"to":"+{{Phone}}","from":"+5511966665555","numberId":"num_{{_id}}","messageId":"wa{{_id}}","id":"{{_id}}","type":"text","fromMe":true,"content":"{{Words}}","createdAt":"2026-02-24T15:00:05.000Z"} }""";

    /// <summary>The whole system, exporting to a collector that can be read.</summary>
    public sealed class Observed : IAsyncLifetime
    {
        public OtlpReceiver Receiver { get; private set; } = null!;

        public Backbone Backbone { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Receiver = await OtlpReceiver.StartAsync();
            Backbone = await Backbone.StartAsync(environment: Receiver.Environment);
        }

        public async Task DisposeAsync()
        {
            await Backbone.DisposeAsync();
            await Receiver.DisposeAsync();
        }
    }
}
