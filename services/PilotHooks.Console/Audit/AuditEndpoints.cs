using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Console.Data;
using PilotHooks.Console.Keys;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Audit;

/// <summary><c>GET /v1/audit</c>: who did what, newest first. Tenant keys only.</summary>
internal static class AuditEndpoints
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AuditStore>();
        services.AddHostedService<AuditKeeper>();
    }

    public static void MapAudit(this WebApplication app) => app.MapApi().MapGet("/audit", ListAsync).RequireAuthorization(Policies.TenantKey);

    private static async Task<Ok<Page<AuditItem>>> ListAsync(
        string? actor, string? action, TimeRange times, PageQuery page, AuditStore store, CancellationToken cancellationToken)
        => TypedResults.Ok(page.ToPage(
            await store.ListAsync(actor, action, times, page, cancellationToken),
            record => CursorIds.Of(record.At, record.Id),
            record => new AuditItem(record.At, record.Actor, record.Action, record.Object, Parse(record.Before), Parse(record.After))));

    private static JsonElement? Parse(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private sealed record AuditItem(DateTimeOffset At, string Actor, string Action, string? Object, JsonElement? Before, JsonElement? After);
}
