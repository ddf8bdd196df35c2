using PilotHooks.Numbers;
using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("numbers");
builder.AddNumbers();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapNumbers();
app.Run();
