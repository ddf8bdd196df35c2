using PilotHooks.Contracts;
using PilotHooks.Messaging.Contacts;
using PilotHooks.Messaging.Conversations;
using PilotHooks.Messaging.Data;
using PilotHooks.Messaging.Forms;
using PilotHooks.Messaging.Messages;
using PilotHooks.Messaging.Search;
using PilotHooks.Messaging.Sending;
using PilotHooks.Messaging.StuckSends;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Messaging;

/// <summary>What the service is made of: three queues, their merges, one database, a watch over what was sent, and the part of the API that reads it.</summary>
internal static class MessagingServices
{
    public static void AddMessaging(this WebApplicationBuilder builder)
    {
        builder.AddDatabase("messaging");
        builder.AddExports("messaging");
        builder.Services.AddGateway();
        builder.AddFigures("messaging");
        builder.Services.AddOptions<MessagingOptions>().BindConfiguration(MessagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<MessagingMetrics>();
        builder.Services.AddSingleton<MessageMerge>();
        builder.Services.AddSingleton<FormMerge>();
        builder.Services.AddSingleton<TextIndex>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TextIndex>());
        builder.Services.AddSingleton<TextSearch>();
        builder.Services.AddSingleton<MessageQueries>();
        builder.Services.AddSingleton<ConversationQueries>();
        builder.Services.AddSingleton<FormQueries>();
        builder.Services.AddSending();
        builder.Services.AddHostedService<StuckSendWatch>();
        builder.Services.AddSingleton<MessageErasure>();
        builder.AddContacts<MessagingContacts>();
        builder.AddRetention(Retention.Plan);
        builder.AddBus(bus =>
        {
            bus.AddMergeConsumer<MessageStatusReported>(Queues.MessagingStatuses, services => services.GetRequiredService<MessageMerge>().MergeStatusesAsync);
            bus.AddMergeConsumer<MessageReceived>(Queues.MessagingInbound, services => services.GetRequiredService<MessageMerge>().MergeReceivedAsync);
            bus.AddMergeConsumer<FormSubmitted>(Queues.MessagingForms, services => services.GetRequiredService<FormMerge>().MergeAsync);
        }, publishesAll: false);
    }

    public static void MapMessaging(this WebApplication app)
    {
        var api = app.MapApi().RefuseOtherNumbers();
        api.MapMessageRoutes();
        api.MapConversationRoutes();
        api.MapFormRoutes();
        api.MapSendRoutes();
        var forConsole = app.MapInternal();
        forConsole.MapEventSteps("SELECT merged_at AS at, NULL AS detail FROM processed_events WHERE event_id = @Id");
        forConsole.MapContacts();
        forConsole.MapContactSummary();
    }
}
