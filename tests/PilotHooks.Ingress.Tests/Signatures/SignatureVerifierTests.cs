using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using PilotHooks.Ingress.Signatures;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Tests.Sources;

namespace PilotHooks.Ingress.Tests.Signatures;

public class SignatureVerifierTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly byte[] Body = "{\"id\":\"evt_1\",\"type\":\"form.submitted\"}"u8.ToArray();

    private static string Hex => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body));

    [Fact]
    public void Published_vector_of_a_prefixed_hex_signature_is_valid()
    {
        var source = Source("hmac", ["It's a Secret to Everybody"], ("Prefix", "sha256="));

        Verify(source, "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "Hello, World!"u8)
            .ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Hex_is_valid_in_either_case()
    {
        Verify(Hmac(), Hex, Body).ShouldBe(SignatureResult.Valid);
        Verify(Hmac(), Hex.ToUpperInvariant(), Body).ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Whole_secret_is_the_key_unless_it_is_configured_as_base64()
    {
        var decoded = Convert.FromBase64String(Secret["whsec_".Length..]);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(decoded, Body));

        Verify(Hmac(), signature, Body).ShouldBe(SignatureResult.SignatureMismatch);
        Verify(Hmac(("SecretEncoding", "base64")), signature, Body).ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Base64_signature_is_valid_where_configured()
    {
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body));

        Verify(Hmac(("Encoding", "base64")), signature, Body).ShouldBe(SignatureResult.Valid);
        Verify(Hmac(), signature, Body).ShouldBe(SignatureResult.SignatureMalformed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Each_of_several_secrets_is_accepted(int place)
    {
        string[] secrets = ["whsec_the-first-of-them", "whsec_the-second-of-them", "whsec_the-third-of-them"];
        secrets[place] = Secret;

        Verify(Source("hmac", secrets), Hex, Body).ShouldBe(SignatureResult.Valid);
    }

    [Fact]
    public void Every_changed_byte_of_the_body_is_found()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = (byte[])Body.Clone();
            changed[i] ^= 1;
            Verify(Hmac(), Hex, changed).ShouldBe(SignatureResult.SignatureMismatch);
        }
    }

    [Fact]
    public void What_is_wrong_with_a_signature_is_named()
    {
        var prefixed = Hmac(("Prefix", "sha256="));
        Verify(Hmac(), StringValues.Empty, Body).ShouldBe(SignatureResult.SignatureMissing);
        Verify(Hmac(), "", Body).ShouldBe(SignatureResult.SignatureMissing);
        Verify(Hmac(), new StringValues([Hex, Hex]), Body).ShouldBe(SignatureResult.SignatureRepeated);
        Verify(prefixed, Hex, Body).ShouldBe(SignatureResult.SignaturePrefixMissing);
        Verify(prefixed, "sha256=" + Hex, Body).ShouldBe(SignatureResult.Valid);
        Verify(prefixed, "sha256=", Body).ShouldBe(SignatureResult.SignatureMalformed);
        Verify(Hmac(), "not hex", Body).ShouldBe(SignatureResult.SignatureMalformed);
        Verify(Hmac(), Hex[..^2], Body).ShouldBe(SignatureResult.SignatureMalformed);
        Verify(Hmac(), Hex + "00", Body).ShouldBe(SignatureResult.SignatureMalformed);
        Verify(Hmac(), Hex + new string('0', 4000), Body).ShouldBe(SignatureResult.SignatureMalformed);
        Verify(Hmac(), new string('0', 64), Body).ShouldBe(SignatureResult.SignatureMismatch);
    }

    [Theory]
    [InlineData("query-token")]
    [InlineData("header-token")]
    public void Token_is_one_of_the_configured_ones(string authentication)
    {
        const string one = "the-first-of-two-tokens";
        const string two = "the-secönd-of-two-tokens";
        var source = Source(authentication, [one, two]);

        Verify(source, one, Body).ShouldBe(SignatureResult.Valid);
        Verify(source, two, Body).ShouldBe(SignatureResult.Valid);
        Verify(source, one[..^1], Body).ShouldBe(SignatureResult.TokenMismatch);
        Verify(source, one + " ", Body).ShouldBe(SignatureResult.TokenMismatch);
        Verify(source, one.ToUpperInvariant(), Body).ShouldBe(SignatureResult.TokenMismatch);
        Verify(source, new string('x', 100_000), Body).ShouldBe(SignatureResult.TokenMismatch);
        Verify(source, StringValues.Empty, Body).ShouldBe(SignatureResult.TokenMissing);
        Verify(source, new StringValues([one, one]), Body).ShouldBe(SignatureResult.TokenRepeated);
    }

    [Fact]
    public void Header_token_may_have_a_prefix()
    {
        var source = Source("header-token", [Secret], ("Prefix", "Bearer "));

        Verify(source, $"bearer {Secret}", Body).ShouldBe(SignatureResult.Valid);
        Verify(source, Secret, Body).ShouldBe(SignatureResult.TokenPrefixMissing);
    }

    [Fact]
    public void Source_without_authentication_takes_anything()
        => Verify(Source("none", []), StringValues.Empty, Body).ShouldBe(SignatureResult.Valid);

    [Fact]
    public void No_answer_tells_a_secret()
    {
        foreach (var authentication in new[] { "query-token", "header-token", "hmac" })
        {
            var source = Source(authentication, [Secret]);
            foreach (var result in Enum.GetValues<SignatureResult>())
            {
                SignatureWords.Detail(result, source).ShouldNotContain(Secret);
                SignatureWords.Detail(result, source).ShouldNotContain(Hex);
            }
        }
    }

    [Fact]
    public void Token_is_decided_before_the_body_and_a_signature_is_looked_for()
    {
        SignatureVerifier.VerifyBeforeBody(Source("query-token", [Secret]), "another").ShouldBe(SignatureResult.TokenMismatch);
        SignatureVerifier.VerifyBeforeBody(Source("header-token", [Secret]), Secret).ShouldBe(SignatureResult.Valid);
        SignatureVerifier.VerifyBeforeBody(Hmac(), StringValues.Empty).ShouldBe(SignatureResult.SignatureMissing);
        SignatureVerifier.VerifyBeforeBody(Hmac(), new string('0', 64)).ShouldBe(SignatureResult.Valid);
    }

    private static SignatureResult Verify(Source source, StringValues given, ReadOnlySpan<byte> body)
        => SignatureVerifier.VerifyBeforeBody(source, given) is var before && before != SignatureResult.Valid ? before : SignatureVerifier.VerifyBody(source, given, body);

    private static Source Hmac(params (string Key, string Value)[] settings) => Source("hmac", [Secret], settings);

    private static Source Source(string authentication, string[] secrets, params (string Key, string Value)[] settings)
        => TestSources.Of("platform", [("Authentication", authentication), .. secrets.Select((secret, i) => ($"Secrets:{i}", secret)), .. settings]);
}
