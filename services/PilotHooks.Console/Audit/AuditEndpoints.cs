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

    public static void MapAudit(this WebApplication app) => app.MapApi().MapGet("/audit", ListAsync).RequireAuthorization(Policies.TenantKey)
        .WithTags("Audit").WithName("listAudit");

    /// <summary>Lists who did what, newest first. Takes a key of all numbers.</summary>
    /// <param name="actor">Only what this key or part of the system did.</param>
    /// <param name="action">Only this action.</param>
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

    /// <summary>One action.</summary>
    /// <param name="At">When it was done.</param>
    /// <param name="Actor">The id of the key that did it.</param>
    /// <param name="Action">What was done.</param>
    /// <param name="Object">What it was done to.</param>
    /// <param name="Before">The object as it was before, without secrets; null where there is nothing to be read.</param>
    /// <param name="After">The answer to the call, without secrets.</param>
    private sealed record AuditItem(DateTimeOffset At, string Actor, string Action, string? Object, JsonElement? Before, JsonElement? After);
}
