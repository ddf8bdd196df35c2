using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using PilotHooks.Ingress.Signatures;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Tests.Signatures;

public class SignatureVerifierTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly byte[] Body = "{\"id\":\"evt_1\",\"type\":\"form.submitted\"}"u8.ToArray();

    private static string Hex => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body));

    [Fact]
    public void Published_vector_of_a_prefixed_hex_signature_is_valid()
    {
        var source = Hmac(source =>
        {
            source.Prefix = "sha256=";
            source.Secrets = ["It's a Secret to Everybody"];
        });

        SignatureVerifier.Verify(source, "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "Hello, World!"u8)
            .ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Hex_is_valid_in_either_case()
    {
        SignatureVerifier.Verify(Hmac(), Hex, Body).ShouldBe(SignatureResult.Valid);
        SignatureVerifier.Verify(Hmac(), Hex.ToUpperInvariant(), Body).ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Whole_secret_is_the_key_unless_it_is_configured_as_base64()
    {
        var decoded = Convert.FromBase64String(Secret["whsec_".Length..]);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(decoded, Body));

        SignatureVerifier.Verify(Hmac(), signature, Body).ShouldBe(SignatureResult.SignatureMismatch);
        SignatureVerifier.Verify(Hmac(source => source.SecretEncoding = "base64"), signature, Body).ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Base64_signature_is_valid_where_configured()
    {
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body));

        SignatureVerifier.Verify(Hmac(source => source.Encoding = "base64"), signature, Body).ShouldBe(SignatureResult.Valid);
        SignatureVerifier.Verify(Hmac(), signature, Body).ShouldBe(SignatureResult.SignatureMalformed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Each_of_several_secrets_is_accepted(int place)
    {
        string[] secrets = ["whsec_one", "whsec_two", "whsec_three"];
        secrets[place] = Secret;

        SignatureVerifier.Verify(Hmac(source => source.Secrets = secrets), Hex, Body).ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Every_changed_byte_of_the_body_is_found()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = (byte[])Body.Clone();
            changed[i] ^= 1;
            SignatureVerifier.Verify(Hmac(), Hex, changed).ShouldBe(SignatureResult.SignatureMismatch);
        }
    }

    [Fact]
    public void What_is_wrong_with_a_signature_is_named()
    {
        var prefixed = Hmac(source => source.Prefix = "sha256=");
        SignatureVerifier.Verify(Hmac(), StringValues.Empty, Body).ShouldBe(SignatureResult.SignatureMissing);
        SignatureVerifier.Verify(Hmac(), "", Body).ShouldBe(SignatureResult.SignatureMissing);
        SignatureVerifier.Verify(Hmac(), new StringValues([Hex, Hex]), Body).ShouldBe(SignatureResult.SignatureRepeated);
        SignatureVerifier.Verify(prefixed, Hex, Body).ShouldBe(SignatureResult.SignaturePrefixMissing);
        SignatureVerifier.Verify(prefixed, "sha256=" + Hex, Body).ShouldBe(SignatureResult.Valid);
        SignatureVerifier.Verify(prefixed, "sha256=", Body).ShouldBe(SignatureResult.SignatureMalformed);
        SignatureVerifier.Verify(Hmac(), "not hex", Body).ShouldBe(SignatureResult.SignatureMalformed);
        SignatureVerifier.Verify(Hmac(), Hex[..^2], Body).ShouldBe(SignatureResult.SignatureMalformed);
        SignatureVerifier.Verify(Hmac(), Hex + "00", Body).ShouldBe(SignatureResult.SignatureMalformed);
        SignatureVerifier.Verify(Hmac(), Hex + new string('0', 4000), Body).ShouldBe(SignatureResult.SignatureMalformed);
        SignatureVerifier.Verify(Hmac(), new string('0', 64), Body).ShouldBe(SignatureResult.SignatureMismatch);
    }

    [Theory]
    [InlineData("query-token")]
    [InlineData("header-token")]
    public void Token_is_one_of_the_configured_ones(string authentication)
    {
        var source = new Source("whatsapp", new SourceOptions { Authentication = authentication, Secrets = ["one", "twö"] });

        SignatureVerifier.Verify(source, "one", Body).ShouldBe(SignatureResult.Valid);
        SignatureVerifier.Verify(source, "twö", Body).ShouldBe(SignatureResult.Valid);
        SignatureVerifier.Verify(source, "on", Body).ShouldBe(SignatureResult.TokenMismatch);
        SignatureVerifier.Verify(source, "one ", Body).ShouldBe(SignatureResult.TokenMismatch);
        SignatureVerifier.Verify(source, "ONE", Body).ShouldBe(SignatureResult.TokenMismatch);
        SignatureVerifier.Verify(source, new string('x', 100_000), Body).ShouldBe(SignatureResult.TokenMismatch);
        SignatureVerifier.Verify(source, StringValues.Empty, Body).ShouldBe(SignatureResult.TokenMissing);
        SignatureVerifier.Verify(source, new StringValues(["one", "one"]), Body).ShouldBe(SignatureResult.TokenRepeated);
    }

    [Fact]
    public void Header_token_may_have_a_prefix()
    {
        var source = new Source("whatsapp", new SourceOptions { Authentication = "header-token", Prefix = "Bearer ", Secrets = ["one"] });

        SignatureVerifier.Verify(source, "bearer one", Body).ShouldBe(SignatureResult.Valid);
        SignatureVerifier.Verify(source, "one", Body).ShouldBe(SignatureResult.TokenPrefixMissing);
    }

    [Fact]
    public void Source_without_authentication_takes_anything()
        => SignatureVerifier.Verify(new Source("whatsapp", new SourceOptions()), StringValues.Empty, Body).ShouldBe(SignatureResult.Valid);

    [Fact]
    public void No_answer_tells_a_secret()
    {
        foreach (var authentication in new[] { "query-token", "header-token", "hmac" })
        {
            var source = new Source("whatsapp", new SourceOptions { Authentication = authentication, Secrets = [Secret] });
            foreach (var result in Enum.GetValues<SignatureResult>())
            {
                SignatureWords.Detail(result, source).ShouldNotContain(Secret);
                SignatureWords.Detail(result, source).ShouldNotContain(Hex);
            }
        }
    }

    private static Source Hmac(Action<SourceOptions>? configure = null)
    {
        var options = new SourceOptions { Authentication = "hmac", Secrets = [Secret] };
        configure?.Invoke(options);
        return new Source("platform", options);
    }
}
