using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("ingress");

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
