using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PilotHooks.AppHost.LocalServers;

namespace PilotHooks.AppHost.Tests;

public sealed class AppModelTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("pilothooks-model-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("ingress", "broker", "redis")]
    [InlineData("messaging", "broker", "migrations")]
    [InlineData("numbers", "broker", "migrations")]
    [InlineData("calls", "broker", "migrations")]
    [InlineData("relay", "broker", "migrations")]
    [InlineData("migrations", "postgres")]
    [InlineData("console", "broker", "migrations", "messaging", "numbers", "calls", "relay")]
    [InlineData("simulator", "ingress")]
    public void Each_service_waits_for_what_it_needs(string service, params string[] needed)
        => Model().WaitsOf(service).ShouldBe(needed, ignoreOrder: true);

    [Theory]
    [InlineData("ingress", "ConnectionStrings__broker", "ConnectionStrings__redis", "Sources__platform__Secrets")]
    [InlineData("messaging", "ConnectionStrings__broker", "ConnectionStrings__messaging", "Gateway__Token", "Provider__Url", "Provider__Key")]
    [InlineData("numbers", "ConnectionStrings__broker", "ConnectionStrings__numbers", "Gateway__Token")]
    [InlineData("calls", "ConnectionStrings__broker", "ConnectionStrings__calls", "Gateway__Token")]
    [InlineData("relay", "ConnectionStrings__broker", "ConnectionStrings__relay", "Gateway__Token", "Relay__AllowPrivateEndpoints", "Relay__KeyProtection__AllowUnprotected")]
    [InlineData("console", "ConnectionStrings__broker", "ConnectionStrings__console", "Gateway__Token", "ApiKey", "SignIn__Token", "Console__KeyProtection__AllowUnprotected", "Console__IngressUrl", "services__messaging__http__0", "services__numbers__http__0", "services__calls__http__0", "services__relay__http__0")]
    [InlineData("simulator", "services__ingress__http__0", "Simulator__PlatformSecret", "Simulator__ApiKey")]
    public async Task Each_service_is_told_where_the_others_are(string service, params string[] variables)
        => (await Model().EnvironmentOfAsync(service)).Keys.Intersect(variables).ShouldBe(variables, ignoreOrder: true);

    [Fact]
    public async Task Console_links_to_the_dashboard_where_the_run_has_one()
    {
        var model = Model("--AppHost:BrowserToken", "made", "--ASPNETCORE_URLS", "https://localhost:17000;http://localhost:15200");

        (await model.EnvironmentOfAsync("console"))["Console__DashboardUrl"].ShouldBe("https://localhost:17000");
    }

    [Fact]
    public void Native_servers_have_the_names_of_the_references_and_databases_lie_below_postgres()
    {
        if (MachineServers.Missing().Count > 0)
        {
            // The tests run on containers or given servers here; what is missing is refused, as MachineServersTests tell.
            return;
        }

        var model = AppModel.Of("--servers", "native", "--data", _data);

        model.Resource<NativeServerResource>("broker").ConnectionStringExpression.ValueExpression.ShouldStartWith("amqp://");
        model.Resource<NativeServerResource>("redis").ConnectionStringExpression.ValueExpression.ShouldContain("password=");
        model.Resource<ConnectionStringResource>("messaging-db").ConnectionStringExpression.ValueExpression.ShouldContain("Database=messaging");
    }

    [Fact]
    public void Each_service_scales_by_itself()
    {
        var model = Model("--scale:messaging", "3", "--scale:ingress=2");

        model.ReplicasOf("messaging").ShouldBe(3);
        model.ReplicasOf("ingress").ShouldBe(2);
        model.ReplicasOf("numbers").ShouldBe(1);
    }

    [Fact]
    public void Ports_are_the_documented_ones_unless_told_otherwise()
    {
        var model = Model("--ports:console", "6200");

        PortOf(model, "ingress").ShouldBe(5100);
        PortOf(model, "console").ShouldBe(6200);
        PortOf(model, "simulator").ShouldBe(5300);
    }

    [Fact]
    public async Task Without_the_simulator_messages_go_to_the_provider_that_is_named()
    {
        var model = Model("--simulator", "off", "--Parameters:provider-url", "https://provider.example", "--Parameters:provider-key", "ps_x");

        model.Names.ShouldNotContain("simulator");
        (await model.EnvironmentOfAsync("messaging"))["Provider__Url"].ShouldBe(model.Resource<ParameterResource>("provider-url"));
    }

    [Fact]
    public void External_servers_are_named_by_connection_strings_and_not_started()
    {
        var model = Model();

        model.Names.ShouldNotContain("broker-password");
        model.WaitsOf("migrations").ShouldContain("postgres");
    }

    [Fact]
    public async Task External_databases_are_those_of_the_given_server()
    {
        var model = Model();

        var connection = model.Resource<IResourceWithConnectionString>("calls-db");
        (await connection.ConnectionStringExpression.GetValueAsync(CancellationToken.None)).ShouldBe("Host=c;Database=calls");
    }

    [Fact]
    public async Task What_is_published_has_containers_no_simulator_and_no_way_in_but_the_key()
    {
        var model = AppModel.Of("--operation", "publish", "--publisher", "manifest", "--data", _data);

        model.Names.ShouldNotContain("simulator");
        model.Resource<ContainerResource>("broker").ShouldNotBeNull();
        model.Names.ShouldContain("provider-url");
        var console = (await model.EnvironmentOfAsync("console")).Keys;
        console.ShouldNotContain("SignIn__Token");
        console.ShouldNotContain("Console__KeyProtection__AllowUnprotected");
        (await model.EnvironmentOfAsync("relay")).Keys.ShouldNotContain("Relay__KeyProtection__AllowUnprotected");
        Directory.Exists(Path.Combine(_data, "secrets")).ShouldBeFalse("A published system makes no secrets on the machine that publishes it.");
    }

    [Theory]
    [InlineData("ingress", "amqp://ingress:{ingress-password")]
    [InlineData("console", "amqp://console:{console-password")]
    [InlineData("relay", "amqp://relay:{relay-password")]
    public async Task What_is_published_connects_each_service_as_itself(string service, string broker)
    {
        var model = AppModel.Of("--operation", "publish", "--publisher", "manifest", "--data", _data);

        ((ReferenceExpression)(await model.EnvironmentOfAsync(service))["ConnectionStrings__broker"]).ValueExpression.ShouldStartWith(broker);
        if (service != "ingress")
        {
            model.Resource<IResourceWithConnectionString>($"{service}-db").ConnectionStringExpression.ValueExpression
                .ShouldEndWith($";Username={service};Password={{{service}-password.value}};Database={service}");
        }

        var migrations = await model.EnvironmentOfAsync("migrations");
        migrations.Keys.ShouldContain("ConnectionStrings__postgres");
        ((ReferenceExpression)migrations["Broker__Management"]).ValueExpression.ShouldContain("{broker.bindings.management");
        ((ReferenceExpression)migrations[$"Broker__Users__{service}"]).ValueExpression.ShouldStartWith(broker);
    }

    [Fact]
    public async Task Only_the_migrations_are_given_what_an_administrator_has()
    {
        var model = AppModel.Of("--operation", "publish", "--publisher", "manifest", "--data", _data);

        foreach (var service in new[] { "ingress", "messaging", "numbers", "calls", "relay", "console" })
        {
            var values = (await model.EnvironmentOfAsync(service)).Values.Select(value => value is IManifestExpressionProvider { ValueExpression: var text } ? text : $"{value}").ToList();
            values.ShouldNotContain(text => text.Contains("postgres-password", StringComparison.Ordinal) || text.Contains("broker-password", StringComparison.Ordinal) || text.Contains("{broker.connectionString}", StringComparison.Ordinal), service);
        }
    }

    [Fact]
    public async Task Published_source_takes_events_from_nobody_without_the_token_that_is_made_for_it()
    {
        var model = AppModel.Of("--operation", "publish", "--publisher", "manifest", "--data", _data);

        var environment = await model.EnvironmentOfAsync("ingress");
        environment["Sources__whatsapp__Authentication"].ShouldBe("query-token");
        var token = model.Resource<ParameterResource>("whatsapp-token");
        environment["Sources__whatsapp__Secrets__0"].ShouldBe(token);
        token.Secret.ShouldBeTrue();
        token.Default.ShouldBeOfType<GenerateParameterDefault>().MinLength.ShouldBeGreaterThanOrEqualTo(32);
    }

    [Fact]
    public async Task Published_source_is_open_where_that_is_asked_for_by_name()
    {
        var model = AppModel.Of("--operation", "publish", "--publisher", "manifest", "--data", _data, "--whatsapp-authentication", "none");

        (await model.EnvironmentOfAsync("ingress"))["Sources__whatsapp__Authentication"].ShouldBe("none");
        model.Names.ShouldNotContain("whatsapp-token");
    }

    [Fact]
    public async Task Local_source_is_open_unless_the_environment_or_an_option_says_otherwise()
    {
        (await Model().EnvironmentOfAsync("ingress"))["Sources__whatsapp__Authentication"].ShouldBe("none");
        (await Model("--Sources:whatsapp:Authentication", "hmac").EnvironmentOfAsync("ingress")).Keys.ShouldNotContain("Sources__whatsapp__Authentication");
        var tokened = Model("--whatsapp-authentication", "query-token");
        (await tokened.EnvironmentOfAsync("ingress"))["Sources__whatsapp__Authentication"].ShouldBe("query-token");
        (await tokened.EnvironmentOfAsync("simulator"))["Simulator__WhatsappToken"].ShouldBe(tokened.Resource<ParameterResource>("whatsapp-token"));
        (await tokened.Resource<ParameterResource>("whatsapp-token").GetValueAsync(CancellationToken.None)).ShouldNotBeNull().Length.ShouldBeGreaterThanOrEqualTo(16);
    }

    [Theory]
    [InlineData("ingress")]
    [InlineData("console")]
    public async Task What_is_published_believes_no_strangers_forwarded_headers(string service)
    {
        var model = AppModel.Of("--operation", "publish", "--publisher", "manifest", "--data", _data);

        (await model.EnvironmentOfAsync(service)).Keys.ShouldNotContain("ASPNETCORE_FORWARDEDHEADERS_ENABLED");
    }

    [Fact]
    public void Secrets_are_marked_as_such()
        => Model().Resource<ParameterResource>("platform-secret").Secret.ShouldBeTrue();

    /// <summary>With external servers, so that nothing need be installed.</summary>
    private AppModel Model(params string[] args)
        => AppModel.Of(
        [
            "--servers", "external", "--data", _data,
            "--ConnectionStrings:broker", "amqp://a", "--ConnectionStrings:redis", "b:1", "--ConnectionStrings:postgres", "Host=c", .. args,
        ]);

    private static int? PortOf(AppModel model, string resource) => model.Resource<IResource>(resource).Annotations.OfType<EndpointAnnotation>().Single().Port;
}
