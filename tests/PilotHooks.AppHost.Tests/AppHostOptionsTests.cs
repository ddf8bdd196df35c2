using Microsoft.Extensions.Configuration;
using PilotHooks.AppHost.LocalServers;

namespace PilotHooks.AppHost.Tests;

public sealed class AppHostOptionsTests
{
    [Theory]
    [InlineData("--servers", "native")]
    [InlineData("--servers=native")]
    [InlineData("--scale:numbers", "2", "--simulator=off")]
    [InlineData("--operation", "inspect", "--list-steps", "true", "--yes", "--a-switch-of-the-next-aspire")]
    public void Options_of_aspire_are_left_to_it(params string[] args) => AppHostOptions.FindMissingValue(args).ShouldBeNull();

    [Theory]
    [InlineData("--servers needs a value.", "--servers")]
    [InlineData("--scale:calls needs a value.", "--scale:calls", "--simulator", "off")]
    [InlineData("--whatsapp-authentication= needs a value.", "--whatsapp-authentication=", "--simulator", "off")]
    public void An_option_without_its_value_is_refused_with_the_options_that_exist(string begin, params string[] args)
    {
        var refusal = AppHostOptions.FindMissingValue(args).ShouldNotBeNull();

        refusal.ShouldStartWith(begin);
        refusal.ShouldContain("--allow-private-endpoints");
    }

    [Theory]
    [InlineData("servers", "podman", "auto, containers, native, external")]
    [InlineData("servers", "1", "auto, containers, native, external")]
    [InlineData("simulator", "yes", "on, off")]
    [InlineData("allow-private-endpoints", "on", "true, false")]
    [InlineData("scale:calls", "0", "from 1 to 64")]
    [InlineData("scale:calls", "many", "from 1 to 64")]
    [InlineData("ports:ingress", "65536", "from 1 to 65535")]
    public void A_value_that_does_not_exist_is_refused_with_those_that_do(string name, string value, string those)
        => Read(false, (name, value)).Refusal.ShouldNotBeNull().ShouldContain(those);

    [Theory]
    [InlineData("two of --ports", "ports:ingress", "5200")]
    [InlineData("--scale:relays: there are --scale:ingress", "scale:relays", "2")]
    [InlineData("--ports:relay: there are --ports:ingress", "ports:relay", "2")]
    [InlineData("--ConnectionStrings:broker and --ConnectionStrings:redis and --ConnectionStrings:postgres", "servers", "external")]
    [InlineData("http or https", "Parameters:provider-url", "provider.example")]
    [InlineData("needs --Parameters:provider-key", "Parameters:provider-url", "https://provider.example")]
    [InlineData("at least 16 characters", "Parameters:api-key", "ps_x")]
    [InlineData("none, query-token", "whatsapp-authentication", "hmac")]
    [InlineData("at least 16 bytes", "Parameters:platform-secret", "whsec_of_enough_bytes,short")]
    [InlineData("at least 16 bytes", "Parameters:whatsapp-token", "fifteen-bytes-x")]
    [InlineData("at least 16 bytes", "Parameters:platform-secret", "whsec_of_enough_bytes,,whsec_of_enough_more")]
    public void A_value_that_cannot_work_is_refused_with_the_reason(string reason, string name, string value)
        => Read(false, (name, value)).Refusal.ShouldNotBeNull().ShouldContain(reason, Case.Insensitive);

    [Fact]
    public void Servers_of_this_machine_are_not_published()
        => Read(true, ("servers", "native")).Refusal.ShouldNotBeNull().ShouldStartWith("--servers native");

    [Fact]
    public void An_underscore_stands_for_a_hyphen_where_a_shell_takes_none()
        => Read(false, ("allow_private_endpoints", "false")).AllowPrivateEndpoints.ShouldBeFalse();

    [Fact]
    public void Defaults_are_those_of_a_local_run()
    {
        var options = Read(false);

        options.Refusal.ShouldBeNull();
        options.Servers.ShouldBe(ServerSource.Auto);
        options.Simulator.ShouldBeTrue();
        options.AllowPrivateEndpoints.ShouldBeTrue();
        options.Data.ShouldEndWith(Path.Combine("artifacts", "servers"));
        options.Scale("messaging").ShouldBe(1);
    }

    [Fact]
    public void What_is_published_calls_no_private_address_and_has_no_simulator()
    {
        var options = Read(true);

        options.Simulator.ShouldBeFalse();
        options.AllowPrivateEndpoints.ShouldBeFalse();
    }

    private static AppHostOptions Read(bool isPublished, params (string Name, string Value)[] values)
        => new(
            new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Name, (string?)value.Value))).Build(),
            Path.GetTempPath(),
            isPublished);
}
