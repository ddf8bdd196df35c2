using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using PilotHooks.Calls;
using PilotHooks.Console;
using PilotHooks.Ingress;
using PilotHooks.Ingress.Webhooks;
using PilotHooks.Messaging;
using PilotHooks.Numbers;
using PilotHooks.Relay;
using PilotHooks.ServiceDefaults;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>A route of a service.</summary>
internal sealed record Route(string Method, string Path);

/// <summary>One service's part of the API, as its endpoints describe it. The service is put together, and never started.</summary>
/// <param name="Document">What Microsoft.AspNetCore.OpenApi makes of the endpoints.</param>
/// <param name="Handlers">The method that answers an operation, by the operation's id.</param>
/// <param name="Types">The type of a schema, by the schema's name.</param>
/// <param name="Routes">Every public route that the service maps, described or not.</param>
internal sealed record ServiceApi(
    string Service,
    JsonObject Document,
    IReadOnlyDictionary<string, MethodInfo> Handlers,
    IReadOnlyDictionary<string, Type> Types,
    IReadOnlyList<Route> Routes)
{
    private static readonly string[] Public = ["/v1/", "/hooks/"];

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Gateway:Token"] = "signs nothing, since nothing is started",
        ["ApiKey"] = "ps_opens-nothing-since-nothing-is-started",
        ["services:messaging:http:0"] = "http://messaging",
        ["services:numbers:http:0"] = "http://numbers",
        ["services:calls:http:0"] = "http://calls",
        ["services:relay:http:0"] = "http://relay",
        ["Console:KeyProtection:AllowUnprotected"] = "true",
        ["Relay:KeyProtection:AllowUnprotected"] = "true",
        ["ConnectionStrings:broker"] = "amqp://localhost",
        ["ConnectionStrings:redis"] = "localhost",
    };

    public static Task<ServiceApi[]> ReadAllAsync() => Task.WhenAll(
        ReadAsync("console", builder => builder.AddConsole(), app => app.MapConsole()),
        ReadAsync("messaging", builder => builder.AddMessaging(), app => app.MapMessaging()),
        ReadAsync("numbers", builder => builder.AddNumbers(), app => app.MapNumbers()),
        ReadAsync("calls", builder => builder.AddCalls(), app => app.MapCalls()),
        ReadAsync("relay", builder => builder.AddRelay(), app => app.MapRelay()),
        ReadAsync("ingress", builder => builder.AddIngress(), app => app.MapWebhooks()));

    private static async Task<ServiceApi> ReadAsync(string service, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        var handlers = new Dictionary<string, MethodInfo>(StringComparer.Ordinal);
        var types = new Dictionary<string, Type>(StringComparer.Ordinal);
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(Settings.Append(new($"ConnectionStrings:{service}", "Host=localhost")));
        builder.AddServiceDefaults(service);
        add(builder);
        builder.Services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = description => IsPublic($"/{description.RelativePath}");
            options.CreateSchemaReferenceId = type => SchemaNames.Of(type) is { } name && (types[name] = type.Type) is not null ? name : null;
            options.AddOperationTransformer((operation, context, _) =>
            {
                handlers[operation.OperationId!] = context.Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().Single();
                return Task.CompletedTask;
            });
        });
        await using var app = builder.Build();
        map(app);
        // What is mapped is known to the description of the endpoints from here on.
        app.UseRouting();
        app.UseEndpoints(_ => { });
        var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
        var json = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!.AsObject();
        return new ServiceApi(service, json, handlers, types, [.. RoutesOf(app)]);
    }

    /// <summary>What takes every method is forwarded, and so is some other service's.</summary>
    private static IEnumerable<Route> RoutesOf(IEndpointRouteBuilder app)
        => from endpoint in app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
           let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
           where IsPublic(path) && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { HttpMethods.Count: 1 }
           select new Route(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0], path);

    private static bool IsPublic(string path) => Public.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal));
}
