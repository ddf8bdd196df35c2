using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using PilotHooks.OpenApi.Tests.Document;
using PilotHooks.TestSupport;

namespace PilotHooks.OpenApi.Tests;

/// <summary>
/// The document that the console serves is made of the services' endpoints, and kept as a file, so that a change of the contract
/// is seen where it is made.
/// </summary>
public sealed partial class DocumentTests(ServiceApis services) : IClassFixture<ServiceApis>
{
    private readonly string _served = File.ReadAllText(Repository.PathOf(ApiDocument.Place));

    [Fact]
    public void Document_is_that_of_todays_endpoints()
    {
        var today = ApiDocument.Write(services.All);
        var received = Repository.PathOf("artifacts/openapi.json");
        File.WriteAllText(received, today);

        (today == _served).ShouldBeTrue($"The endpoints have changed. If that is meant: cp artifacts/openapi.json {ApiDocument.Place}");
    }

    [Fact]
    public void Document_is_valid_OpenAPI_3_1()
    {
        var read = OpenApiDocument.Parse(_served, "json");

        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        read.Diagnostic.SpecificationVersion.ShouldBe(OpenApiSpecVersion.OpenApi3_1);
    }

    [Fact]
    public void Document_has_every_route_that_a_service_maps()
    {
        var described = JsonNode.Parse(_served)!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {Anonymous(path.Key)}"));
        var mapped = services.All.SelectMany(service => service.Routes).Select(route => $"{route.Method} {Anonymous(route.Path)}").Distinct();

        described.Order(StringComparer.Ordinal).ShouldBe(mapped.Order(StringComparer.Ordinal));
    }

    /// <summary>A path without the names and rules of its parameters.</summary>
    private static string Anonymous(string path) => Parameter().Replace(path, "{}").TrimEnd('/');

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
