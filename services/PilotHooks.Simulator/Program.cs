using PilotHooks.ServiceDefaults;
using PilotHooks.Simulator;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("simulator");
builder.AddSimulator();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapSimulator();
app.Run();
