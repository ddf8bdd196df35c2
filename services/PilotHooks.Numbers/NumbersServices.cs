using PilotHooks.Contracts;
using PilotHooks.Numbers.Contacts;
using PilotHooks.Numbers.Data;
using PilotHooks.Numbers.Numbers;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Numbers;

/// <summary>What the service is made of: one queue, one merge, one database, and the part of the API that reads it.</summary>
internal static class NumbersServices
{
    public static void AddNumbers(this WebApplicationBuilder builder)
    {
        builder.AddDatabase("numbers");
        builder.Services.AddGateway();
        builder.AddFigures("numbers");
        builder.Services.AddOptions<NumbersOptions>().BindConfiguration(NumbersOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<NumbersMetrics>();
        builder.Services.AddSingleton<NumbersMerge>();
        builder.Services.AddSingleton<NumberQueries>();
        builder.AddContacts<NumberContacts>();
        builder.AddRetention(Retention.Plan);
        builder.AddBus(
            bus => bus.AddMergeConsumer<NumberChanged>(Queues.NumbersChanges, services => services.GetRequiredService<NumbersMerge>().MergeAsync),
            publishesAll: false);
    }

    public static void MapNumbers(this WebApplication app)
    {
        app.MapApi().RefuseOtherNumbers().MapNumberRoutes();
        var forConsole = app.MapInternal();
        forConsole.MapNumberCounts();
        forConsole.MapContacts();
        forConsole.MapEventSteps("SELECT merged_at AS at, number_id AS detail FROM number_events WHERE event_id = @Id AND merged_at IS NOT NULL");
    }
}
