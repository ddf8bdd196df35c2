using System.IO.Compression;
using System.Net;
using PilotHooks.Ingress.Webhooks;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Webhooks;

[Collection(IngressCollection.Name)]
public class ContentCodingTests(IngressFixture ingress)
{
    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    [InlineData("br")]
    [InlineData("gzip, identity")]
    [InlineData("deflate, br")]
    public async Task Packed_body_is_archived_as_it_was_before(string coding)
    {
        var body = Message("message.sent", id: NewId());
        using var response = await PostAsync("whatsapp", Pack(coding, body), coding.Replace("raw ", "", StringComparison.Ordinal));
        var (_, eventId) = await response.ReadAnswerAsync();

        (await ingress.Queues.GetAsync(eventId))[0].Body.ShouldBe(body);
        (await ingress.Client.PostOkAsync(body)).ShouldBe(("duplicate", eventId));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData("gzip, zstd")]
    [InlineData("gzip, gzip, gzip")]
    public async Task Unknown_coding_is_refused(string coding)
    {
        using var response = await PostAsync("whatsapp", Message("message.sent", id: NewId()), coding);
        (await response.ReadProblemAsync(HttpStatusCode.UnsupportedMediaType)).ShouldContain("gzip");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Body_that_is_not_packed_as_it_says_is_refused(string coding)
    {
        using var plain = await PostAsync("whatsapp", Message("message.sent", id: NewId()), coding);
        await plain.ReadProblemAsync(HttpStatusCode.BadRequest);
        var packed = Pack(coding, Message("message.sent", id: NewId()));
        using var cut = await PostAsync("whatsapp", packed[..(packed.Length / 2)], coding);
        await cut.ReadProblemAsync(HttpStatusCode.BadRequest);
        using var empty = await PostAsync("whatsapp", [], coding);
        await empty.ReadProblemAsync(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, br")]
    public async Task Three_megabytes_unpacked_are_taken_and_one_byte_more_is_not(string coding)
    {
        using var taken = await PostAsync("whatsapp", Pack(coding, Of(WebhookBody.MaxLength)), coding);
        await taken.ReadAnswerAsync();
        using var refused = await PostAsync("whatsapp", Pack(coding, Of(WebhookBody.MaxLength + 1)), coding);
        await refused.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using var bomb = await PostAsync("whatsapp", Pack(coding, new byte[200_000_000]), coding);
        await bomb.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);

        static byte[] Of(int length)
        {
            var body = Message("message.sent", id: NewId());
            return [.. body, .. Enumerable.Repeat((byte)' ', length - body.Length)];
        }
    }

    [Fact]
    public async Task Signature_holds_for_the_packed_bytes_or_the_unpacked_ones_and_no_others()
    {
        var body = Platform("form.submitted", id: NewId());
        var packed = Pack("gzip", body);
        using var overUnpacked = await PostAsync("platform", packed, "gzip", Posts.Sign(body, IngressFixture.PlatformSecret));
        (await overUnpacked.ReadAnswerAsync()).Status.ShouldBe("accepted");
        using var overPacked = await PostAsync("platform", packed, "gzip", Posts.Sign(packed, IngressFixture.PlatformSecret));
        (await overPacked.ReadAnswerAsync()).Status.ShouldBe("duplicate");

        using var overOther = await PostAsync("platform", packed, "gzip", Posts.Sign([.. body, (byte)' '], IngressFixture.PlatformSecret));
        await overOther.ReadProblemAsync(HttpStatusCode.Unauthorized);
        using var overBomb = await PostAsync("platform", Pack("gzip", new byte[200_000_000]), "gzip", Posts.Sign(body, IngressFixture.PlatformSecret));
        await overBomb.ReadProblemAsync(HttpStatusCode.Unauthorized);
        using var unsigned = await PostAsync("platform", packed, "gzip");
        await unsigned.ReadProblemAsync(HttpStatusCode.Unauthorized);
    }

    private Task<HttpResponseMessage> PostAsync(string source, byte[] body, string coding, string? signature = null)
        => ingress.Client.PostAsync(source, body, request =>
        {
            request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            if (signature is not null)
            {
                request.Headers.Add("X-Webhook-Signature", signature);
            }
        });

    private static byte[] Pack(string codings, byte[] body) => codings.Split(", ").Aggregate(body, (packed, coding) =>
    {
        var output = new MemoryStream();
        using (Stream? stream = coding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(output, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(output, CompressionLevel.Optimal),
            "raw deflate" => new DeflateStream(output, CompressionLevel.Optimal),
            "br" => new BrotliStream(output, CompressionLevel.Fastest),
            _ => null,
        })
        {
            if (stream is null)
            {
                return packed;
            }

            stream.Write(packed);
        }

        return output.ToArray();
    });
}
