using System.Net;
using System.Text;
using PilotHooks.Contracts;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Refusals;

[Collection(IngressCollection.Name)]
public class RefusalTests(IngressFixture ingress)
{
    [Fact]
    public async Task Refused_requests_go_to_the_log_with_their_bodies_and_without_secrets()
    {
        var (id, signed) = (NewId(), Platform("form.submitted", id: NewId()));
        await AnswerAsync(HttpStatusCode.Unauthorized, "platform", signed, request => request.Headers.Add("X-Webhook-Signature", new string('a', 64)));
        await AnswerAsync(HttpStatusCode.Unauthorized, $"tokened?token=secret{id}", Json($$"""{ "of": "{{id}}" }"""));
        await AnswerAsync(HttpStatusCode.BadRequest, "whatsapp", Json($"no JSON {id}"));
        await AnswerAsync(HttpStatusCode.UnsupportedMediaType, "whatsapp", Json($$"""{ "of": "{{id}}" }"""), request => request.Content!.Headers.ContentType = new("text/plain"));
        await AnswerAsync(HttpStatusCode.NotFound, $"no-{id}", Json($$"""{ "of": "{{id}}" }"""));
        await AnswerAsync(HttpStatusCode.RequestEntityTooLarge, "headed", new byte[4_000_000]);

        var refused = await ingress.Queues.RefusedAsync(one => one.Source == $"no-{id}" || one.Bytes == 4_000_000 || Text(one).Contains(id) || Text(one) == Encoding.UTF8.GetString(signed), 6);
        refused.Select(one => (one.Source, one.Status, one.Reason)).ShouldBe(
            [
                ("platform", 401, "signature-mismatch"), ("tokened", 401, "token-mismatch"), ("whatsapp", 400, "malformed"),
                ("whatsapp", 415, "media-type"), ($"no-{id}", 404, "unknown-source"), ("headed", 413, "too-large"),
            ],
            ignoreOrder: true);
        refused.Where(one => one.Status != 413).ShouldAllBe(one => one.Payload != null && one.Bytes == one.Payload.Length);
        refused.Single(one => one.Status == 404).IsKnownSource.ShouldBeFalse();
        ingress.Queues.Messages.Where(message => message.Queue == Queues.RelayRefusedRequests)
            .ShouldAllBe(message => !Encoding.UTF8.GetString(message.Body).Contains($"secret{id}") && !Encoding.UTF8.GetString(message.Body).Contains(new string('a', 64)));
    }

    [Fact]
    public async Task Large_body_is_not_kept_and_a_flood_costs_its_own_source_only()
    {
        await AnswerAsync(HttpStatusCode.Unauthorized, "headed", new byte[256 * 1024 + 1]);
        (await ingress.Queues.RefusedAsync(one => one.Bytes == 256 * 1024 + 1, 1))[0].Payload.ShouldBeNull();

        var flood = NewId();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => AnswerAsync(HttpStatusCode.NotFound, $"flood-{flood}-{i}", Json("{}"))));
        var id = NewId();
        await AnswerAsync(HttpStatusCode.Unauthorized, "platform", Json($$"""{ "of": "{{id}}" }"""));
        await ingress.Queues.RefusedAsync(one => Text(one).Contains(id), 1);
        var kept = await ingress.Queues.RefusedAsync(one => one.Source.Contains(flood), 1);
        // Ten in each second that the flood took.
        kept.Count.ShouldBeLessThan(200);
    }

    [Fact]
    public async Task Odd_names_of_sources_are_shown_printable()
    {
        var id = NewId();
        await AnswerAsync(HttpStatusCode.NotFound, $"{id}%20%0A%C3%A9{new string('x', 500)}", Json("{}"));

        var refused = (await ingress.Queues.RefusedAsync(one => one.Source.StartsWith(id, StringComparison.Ordinal), 1))[0];
        refused.Source.ShouldBe($"{id}???{new string('x', 64 - 35)}");
    }

    [Fact]
    public async Task Log_can_be_turned_off()
    {
        await using var silent = await ingress.StartReplicaAsync(("RefusedRequests__Enabled", "false"));
        var id = NewId();
        using var refused = await silent.Client.PostAsync("whatsapp", Json($"no JSON {id}"));
        await refused.ReadProblemAsync(HttpStatusCode.BadRequest);
        await AnswerAsync(HttpStatusCode.BadRequest, "whatsapp", Json($"no JSON either {id}"));

        (await ingress.Queues.RefusedAsync(one => Text(one).Contains(id), 1)).ShouldHaveSingleItem().Payload.ShouldBe(Encoding.UTF8.GetBytes($"no JSON either {id}"));
    }

    private static string Text(RefusedRequest refused) => Encoding.UTF8.GetString(refused.Payload ?? []);

    private async Task AnswerAsync(HttpStatusCode status, string source, byte[] body, Action<HttpRequestMessage>? change = null)
    {
        using var response = await ingress.Client.PostAsync(source, body, change);
        await response.ReadProblemAsync(status);
    }
}
