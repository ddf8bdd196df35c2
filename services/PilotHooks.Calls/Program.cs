using PilotHooks.Calls;
using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("calls");
builder.AddCalls();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapCalls();
app.Run();
