using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class WebhookSignerTests
{
    /// <summary>The test vector that the Standard Webhooks libraries share.</summary>
    [Fact]
    public void Standard_signature_is_that_of_the_published_vector()
        => WebhookSigner.Standard([Secret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8)
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    /// <summary>Computed apart: printf '{"test": 2432232314}' | openssl dgst -sha256 -hmac whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw</summary>
    [Fact]
    public void Hex_signature_has_the_whole_text_as_its_key()
        => WebhookSigner.Hex(Secret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!, """{"test": 2432232314}"""u8)
            .ShouldBe("80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c");

    [Fact]
    public void Two_secrets_make_two_standard_signatures_in_their_order()
    {
        var (next, old) = (Secret.Make(), Secret.Make());

        WebhookSigner.Standard([next, old], "id", 1, "{}"u8)
            .ShouldBe($"{WebhookSigner.Standard([next], "id", 1, "{}"u8)} {WebhookSigner.Standard([old], "id", 1, "{}"u8)}");
    }
}
