using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("messaging");

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
