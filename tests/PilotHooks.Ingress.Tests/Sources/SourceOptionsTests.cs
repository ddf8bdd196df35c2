using Microsoft.Extensions.Configuration;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Tests.Sources;

public class SourceOptionsTests
{
    [Fact]
    public void Two_sources_exist_by_default_and_one_of_them_wants_a_secret()
    {
        var failures = Failures([]);

        failures.ShouldHaveSingleItem();
        failures[0].ShouldContain("Sources:platform:Secrets:0");
        failures[0].ShouldContain("Sources__platform__Secrets__0");
    }

    [Fact]
    public void Secrets_may_be_one_string_with_commas_or_a_list_and_names_have_no_case()
    {
        Read(new() { ["Sources:platform:Secrets"] = "one, two" }).Sources["platform"].Secrets.ShouldBe(["one", "two"]);
        Read(new() { ["SOURCES:PLATFORM:SECRETS:0"] = "one,with comma", ["SOURCES:PLATFORM:SECRETS:1"] = "two" }).Sources["platform"].Secrets.ShouldBe(["one,with comma", "two"]);
        Read(new() { ["Sources:whatsapp:RateLimit"] = "5" }).Sources["whatsapp"].RateLimit.ShouldBe(5);
        Read(new() { ["Sources:second:Format"] = "platform" }).Sources.Keys.ShouldBe(["whatsapp", "platform", "second"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Sources:whatsapp:Format", "v3", "pilot-status, platform")]
    [InlineData("Sources:whatsapp:Authentication", "basic", "none, query-token, header-token, hmac")]
    [InlineData("Sources:whatsapp:Authentication", "query-token", "Sources:whatsapp:Secrets is empty")]
    [InlineData("Sources:platform:Encoding", "base32", "hex, base64")]
    [InlineData("Sources:platform:SecretEncoding", "hex", "text, base64")]
    [InlineData("Sources:platform:SecretEncoding", "base64", "not base64 after 'whsec_'")]
    [InlineData("Sources:platform:HeaderName", "X Signature", "no name of a header")]
    [InlineData("Sources:whatsapp:RateLimit", "0", "1 to 1000000")]
    [InlineData("Sources:platform:NumberId", "", "1 to 255")]
    [InlineData("Sources:a/b:Format", "platform", "letters, digits")]
    public void Wrong_word_is_refused_with_the_words_that_exist(string key, string value, string expected)
    {
        var failures = Failures(new() { ["Sources:platform:Secrets:0"] = "whsec_not*base64", [key] = value });

        failures.ShouldHaveSingleItem();
        failures[0].ShouldContain(expected);
        failures[0].ShouldNotContain("whsec_not*base64");
    }

    private static List<string> Failures(Dictionary<string, string?> configuration)
        => [.. new SourceOptionsValidator().Validate(null, Read(configuration)).Failures ?? []];

    private static SourcesOptions Read(Dictionary<string, string?> configuration)
    {
        var options = new SourcesOptions();
        options.Read(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        return options;
    }
}
