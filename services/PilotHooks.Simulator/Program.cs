using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("simulator");

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
