using System.Text;
using Microsoft.Extensions.Configuration;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Tests.Sources;

public class SourceParserTests
{
    private const string Secret = "a-secret-of-enough-bytes";

    [Fact]
    public void Two_sources_exist_by_default_and_one_of_them_wants_a_secret()
    {
        var failures = Read([], isDevelopment: true).Failures;

        failures.ShouldHaveSingleItem();
        failures[0].ShouldContain("Sources:platform:Secrets:0");
        failures[0].ShouldContain("Sources__platform__Secrets__0");
        Read(new() { ["Sources:platform:Secrets:0"] = Secret }, isDevelopment: true).Sources.Select(source => (source.Name, source.Format, source.Authentication)).ShouldBe(
            [("whatsapp", SourceFormat.PilotStatus, SourceAuthentication.None), ("platform", SourceFormat.Platform, SourceAuthentication.Hmac)]);
    }

    [Fact]
    public void Secrets_may_be_one_string_with_commas_or_a_list_and_names_have_no_case()
    {
        Keys(Read(new() { ["Sources:platform:Secrets"] = $"{Secret}-1, {Secret}-2" })).ShouldBe([$"{Secret}-1", $"{Secret}-2"]);
        Keys(Read(new() { ["SOURCES:PLATFORM:SECRETS:0"] = $"{Secret},with comma", ["SOURCES:PLATFORM:SECRETS:1"] = Secret })).ShouldBe([$"{Secret},with comma", Secret]);
        Read(new() { ["Sources:whatsapp:RateLimit"] = "5" }, isDevelopment: true).Sources.Single(source => source.Name == "whatsapp").RateLimit.ShouldBe(5);

        static IEnumerable<string> Keys(SourcesOptions options) => options.Sources.Single(source => source.Name == "platform").Keys.Select(Encoding.UTF8.GetString);
    }

    [Fact]
    public void Source_takes_events_from_nobody_until_it_is_told_from_whom()
    {
        var failure = Read(new() { ["Sources:platform:Secrets:0"] = Secret, ["Sources:whatsapp:RateLimit"] = "5" }).Failures.ShouldHaveSingleItem();

        failure.ShouldStartWith("Sources:whatsapp:Authentication is not set");
        failure.ShouldContain("'none'");
        // A token is made, and shown with the address that has it.
        var token = failure.Split("Sources__whatsapp__Secrets__0=")[1].Split(' ')[0];
        Convert.FromHexString(token).Length.ShouldBe(32);
        failure.ShouldContain($"/hooks/whatsapp?token={token}");
        Failures("second", isDevelopment: true, ("Format", "platform"))[0].ShouldStartWith("Sources:second:Authentication is not set");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("NONE")]
    public void Source_is_opened_by_name(string word)
        => TestSources.Of("second", ("Authentication", word)).Authentication.ShouldBe(SourceAuthentication.None);

    [Theory]
    [InlineData("Base64")]
    [InlineData("base64")]
    [InlineData("BASE64")]
    public void Words_mean_the_same_in_any_case(string word)
    {
        var source = TestSources.Of("second", ("Authentication", "HMAC"), ("SecretEncoding", word), ("Encoding", word), ("Secrets:0", $"whsec_{Convert.ToBase64String(new byte[20])}"));

        source.Keys.ShouldHaveSingleItem().ShouldBe(new byte[20]);
        source.Encoding.ShouldBe(SignatureEncoding.Base64);
        Failures("second", false, ("Authentication", "Hmac"), ("SecretEncoding", word), ("Secrets:0", "whsec_not*base64*at*all")).ShouldHaveSingleItem()
            .ShouldContain("not base64 after 'whsec_'");
    }

    [Theory]
    [InlineData("v3", "Format", "pilot-status, platform")]
    [InlineData("basic", "Authentication", "none, query-token, header-token, hmac")]
    [InlineData("", "Authentication", "none, query-token, header-token, hmac")]
    [InlineData("base32", "Encoding", "hex, base64")]
    [InlineData("hex", "SecretEncoding", "text, base64")]
    [InlineData("X Signature", "HeaderName", "no name of a header")]
    [InlineData("0", "RateLimit", "1 to 1000000")]
    [InlineData("many", "RateLimit", "1 to 1000000")]
    [InlineData("٥", "RateLimit", "1 to 1000000")]
    [InlineData("", "NumberId", "1 to 255")]
    public void Wrong_value_is_refused_with_what_it_may_be(string value, string key, string expected)
    {
        var settings = new Dictionary<string, string> { ["Authentication"] = "hmac", ["Secrets:0"] = Secret, [key] = value };

        var failure = Failures("second", false, [.. settings.Select(setting => (setting.Key, setting.Value))]).ShouldHaveSingleItem();

        failure.ShouldStartWith($"Sources:second:{key}");
        failure.ShouldContain(expected, Case.Sensitive);
        failure.ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("Authentification", "hmac")]
    [InlineData("Secret", Secret)]
    [InlineData("Secrets__0", Secret)]
    [InlineData("Header", "X-Token")]
    [InlineData("Auth:Type", "hmac")]
    public void Unknown_setting_is_refused_with_those_that_exist(string key, string value)
    {
        var failure = Failures("second", false, ("Authentication", "none"), (key, value)).ShouldHaveSingleItem();

        failure.ShouldStartWith($"Sources:second:{key.Split(':')[0]} is no setting of a source");
        failure.ShouldContain("Authentication, Encoding, Format, HeaderName");
        failure.ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("Secrets")]
    [InlineData("Secrets:0")]
    [InlineData("HeaderName")]
    [InlineData("Prefix")]
    [InlineData("TokenParameter")]
    [InlineData("SecretEncoding", "base64")]
    public void Proof_that_nothing_would_check_is_refused(string key, string value = Secret)
    {
        Failures("second", false, ("Authentication", "none"), (key, value)).ShouldHaveSingleItem().ShouldContain("Authentication is 'none'");
        Failures("second", false, (key, value)).ShouldHaveSingleItem().ShouldContain("Authentication is not");
        // Where it would be open by default, too.
        Failures("whatsapp", true, (key, value)).ShouldHaveSingleItem().ShouldContain("Authentication is not");
    }

    [Theory]
    [InlineData("hmac", "fifteen-bytes-x", "fewer than 16 bytes")]
    [InlineData("query-token", "fifteen-bytes-x", "fewer than 16 bytes")]
    [InlineData("header-token", "a-token-of-enough-bytes,short", "fewer than 16 bytes")]
    [InlineData("hmac", "", "Secrets is empty")]
    [InlineData("query-token", " ", "Secrets is empty")]
    public void Secret_that_can_be_guessed_is_refused(string authentication, string secrets, string expected)
        => Failures("second", false, ("Authentication", authentication), ("Secrets", secrets)).ShouldHaveSingleItem().ShouldContain(expected);

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_AAAA")]
    [InlineData("")]
    public void Secret_that_decodes_to_next_to_nothing_is_refused(string secret)
        => Failures("second", false, ("Authentication", "hmac"), ("SecretEncoding", "base64"), ("Secrets:0", secret)).ShouldHaveSingleItem();

    [Fact]
    public void Name_of_a_source_is_one_that_an_address_can_have()
    {
        Failures("a/b", false, ("Authentication", "none")).ShouldHaveSingleItem().ShouldContain("letters, digits");
        Read(new() { ["Sources:platform:Secrets:0"] = Secret, ["Sources:whatsapp"] = "none", ["Sources:whatsapp:Authentication"] = "none" }).Failures
            .ShouldHaveSingleItem().ShouldStartWith("Sources:whatsapp is a value");
    }

    private static List<string> Failures(string name, bool isDevelopment, params (string Key, string Value)[] settings)
        => Read(settings.ToDictionary(setting => $"Sources:{name}:{setting.Key}", setting => (string?)setting.Value), isDevelopment).Failures
            .Where(failure => failure.StartsWith($"Sources:{name}", StringComparison.Ordinal)).ToList();

    private static SourcesOptions Read(Dictionary<string, string?> configuration, bool isDevelopment = false)
    {
        var options = new SourcesOptions();
        options.Read(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build(), isDevelopment);
        return options;
    }
}
