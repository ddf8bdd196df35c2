using PilotHooks.Relay;
using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("relay");
builder.AddRelay();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapRelay();
app.Run();
