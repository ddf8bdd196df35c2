using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PilotHooks.EndToEnd.Tests.Contract;

/// <summary>A provider that takes every message.</summary>
internal sealed class AcceptingProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AcceptingProvider(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<AcceptingProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost(
            "/v1/messages/send",
            () => TypedResults.Accepted((string?)null, new { id = $"msg_{Guid.NewGuid():N}", correlationId = $"corr_{Guid.NewGuid():N}" }));
        await app.StartAsync();
        return new AcceptingProvider(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
