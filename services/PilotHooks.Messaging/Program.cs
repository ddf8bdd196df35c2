using PilotHooks.Messaging;
using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("messaging");
builder.AddMessaging();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMessaging();
app.Run();
