using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;
using PilotHooks.Console.Audit;
using PilotHooks.Console.Components;
using PilotHooks.Console.Components.Api;
using PilotHooks.Console.Components.Layout;
using PilotHooks.Console.Components.Shared;
using PilotHooks.Console.Components.Webhooks;
using PilotHooks.Console.Contacts;
using PilotHooks.Console.Data;
using PilotHooks.Console.DeadLetters;
using PilotHooks.Console.Forwarding;
using PilotHooks.Console.Journeys;
using PilotHooks.Console.Keys;
using PilotHooks.Console.Live;
using PilotHooks.Console.Overview;
using PilotHooks.Console.Reference;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.Console.Sessions;
using PilotHooks.Console.Texts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Console;

/// <summary>What the console is made of: the keys, the way to the services behind it, the dead letters, the overview, and the pages over all of it.</summary>
internal static class ConsoleServices
{
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Services.AddGateway();
        builder.AddDatabase("console");

        builder.Services.AddKeys();
        builder.Services.AddAudit();

        builder.Services.AddOptions<ForwardingOptions>().BindConfiguration(ForwardingOptions.Section).ValidateDataAnnotations()
            .Validate<IConfiguration>(
                (_, configuration) => ForwardingOptions.HasAddresses(configuration),
                "Each of services:messaging, services:numbers, services:calls and services:relay needs at least one absolute http address (services:<name>:http:0).")
            .ValidateOnStart();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddHttpForwarder();
        // Its lines hold the paths that are called, and so phone numbers. What goes wrong is said in ours.
        builder.Logging.AddFilter("Yarp", LogLevel.None);
        builder.Services.AddSingleton<ServiceHandler>();
        builder.Services.AddSingleton<ServiceClient>();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
            kestrel.Limits.MaxRequestBodySize = context.Configuration.GetSection(ForwardingOptions.Section).GetValue(nameof(ForwardingOptions.MaxBodyBytes), ForwardingOptions.DefaultMaxBodyBytes));

        builder.AddBroker("console");
        builder.AddFigures("console");
        builder.Services.AddHealthChecks().AddCheck<Broker>(Bus.ConnectionName);
        builder.Services.AddSingleton<DeadLetterMetrics>();
        builder.Services.AddSingleton<DeadLetterStore>();
        builder.Services.AddSingleton<DeadLetterRecorder>();
        builder.Services.AddSingleton<DeadLetterPublisher>();
        builder.Services.AddHostedService<DeadLetterDrain>();
        builder.Services.AddSingleton<DeadLetterReplayer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DeadLetterReplayer>());

        builder.Services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddRetention(Retention.Plan);
        builder.AddContactsApi();
        builder.AddOverview();
        builder.Services.AddSingleton<JourneyReader>();
        builder.AddPages();
    }

    public static void MapConsole(this WebApplication app)
    {
        app.UseProxies();
        if (!app.Environment.IsDevelopment())
        {
            app.UseHsts();
        }

        app.UseBrowserSafety();
        app.UseMiddleware<LanguageMiddleware>();
        app.UseMiddleware<PageErrors>();
        app.UseResponseCompression();
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache" });
        app.UseAuthentication();
        app.UseAnonymousForms();
        app.UseAuthorization();
        app.UseMiddleware<CallerHeaders>();
        app.UseMiddleware<AuditTrail>();
        app.UseAntiforgery();
        app.MapApiKeys();
        app.MapAudit();
        app.MapDeadLetters();
        app.MapOverview();
        app.MapJourneys();
        app.MapContactsApi();
        app.MapForwarding();
        app.MapReference();
        app.MapSessions();
        app.MapLive();
        app.MapRazorComponents<App>().RequireAuthorization();
    }

    private static void UseProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value;
        if (proxies.Trusted.Length > 0)
        {
            var forwarded = new ForwardedHeadersOptions();
            proxies.Apply(forwarded);
            app.UseForwardedHeaders(forwarded);
        }
    }

    private static void AddPages(this WebApplicationBuilder builder)
    {
        // In what was built, the files of the pages are still in their project; in what was published, beside the program.
        builder.WebHost.UseStaticWebAssets();
        // The files alone: the length of a compressed page would tell of the tokens and secrets in it (BREACH).
        builder.Services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/css", "text/javascript", "image/svg+xml"];
        });
        builder.AddKeyRing("Console");
        builder.Services.AddOptions<SignInOptions>().BindConfiguration(SignInOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section)
            .Validate(ProxyOptions.AreUsable, "Each of Proxies:Trusted is an IP address or a network such as 10.0.0.0/8.")
            .ValidateOnStart();
        builder.Services.AddSingleton<SignInLink>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SignInLink>());
        builder.Services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
        // The pages call the API by this machine's own address.
        builder.Services.PostConfigure<HostFilteringOptions>(options => options.AllowedHosts = [.. options.AllowedHosts, "localhost", "127.0.0.1", "[::1]"]);
        builder.Services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "pilothooks-form";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.HeaderName = LoopbackApi.RequestTokenHeader;
            options.SuppressXFrameOptionsHeader = true;
        });
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddLocalization();
        // Letters of every language as they are; what HTML reads as its own is still escaped.
        builder.Services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        builder.Services.AddRazorComponents();
        builder.Services.AddOptions<AddressOptions>().BindConfiguration(AddressOptions.Section)
            .Validate(AddressOptions.AreUsable, "Console:DashboardUrl and Console:IngressUrl are absolute http addresses where they are given.")
            .ValidateOnStart();
        builder.Services.AddSingleton<LoopbackApi>();
        builder.Services.AddScoped<ApiClient>();
        builder.Services.AddScoped<OneTimeCookies>();
        builder.Services.AddScoped<FlashMessages>();
        builder.Services.AddSingleton<SecretReader>();
        builder.Services.AddSingleton<LiveFeed>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LiveFeed>());
    }
}
