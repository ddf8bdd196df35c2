using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("numbers");

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
