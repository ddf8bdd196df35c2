using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("console");

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
