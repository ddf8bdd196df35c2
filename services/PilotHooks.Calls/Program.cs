using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("calls");

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
