using PilotHooks.Calls.Calls;
using PilotHooks.Calls.Contacts;
using PilotHooks.Calls.Data;
using PilotHooks.Calls.Permissions;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Calls;

/// <summary>
/// What the service is made of: three queues, so that a ringing call waits behind no signalling; two merges; one
/// database; and the part of the API that reads it.
/// </summary>
internal static class CallsServices
{
    public static void AddCalls(this WebApplicationBuilder builder)
    {
        builder.AddDatabase("calls");
        builder.Services.AddGateway();
        builder.AddFigures("calls");
        builder.Services.AddOptions<CallsOptions>().BindConfiguration(CallsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<CallsMetrics>();
        builder.Services.AddSingleton<CallsMerge>();
        builder.Services.AddSingleton<CallQueries>();
        builder.Services.AddSingleton<PermissionsMerge>();
        builder.Services.AddSingleton<PermissionQueries>();
        builder.AddContacts<CallContacts>();
        builder.AddRetention(Retention.Plan);
        builder.AddBus(bus =>
        {
            bus.AddMergeConsumer<CallChanged>(Queues.CallsChanges, services => services.GetRequiredService<CallsMerge>().MergeAsync);
            bus.AddMergeConsumer<CallSignalled>(Queues.CallsSignalling, services => services.GetRequiredService<CallsMerge>().MergeAsync);
            bus.AddMergeConsumer<CallPermissionUpdated>(Queues.CallsPermissions, services => services.GetRequiredService<PermissionsMerge>().MergeAsync);
        }, publishesAll: false);
    }

    public static void MapCalls(this WebApplication app)
    {
        var api = app.MapApi().RefuseOtherNumbers();
        api.MapCallRoutes();
        api.MapPermissionRoutes();
        var forConsole = app.MapInternal();
        forConsole.MapContacts();
        CallContacts.MapSummary(forConsole);
        forConsole.MapEventSteps("""
            SELECT min(merged_at) AS at, min(COALESCE(call_id, external_call_id)) AS detail FROM call_events WHERE event_id = @Id HAVING count(merged_at) > 0
            UNION ALL
            SELECT merged_at, NULL FROM call_permissions WHERE event_id = @Id AND merged_at IS NOT NULL
            """);
    }
}
