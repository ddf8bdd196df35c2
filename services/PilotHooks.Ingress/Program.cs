using PilotHooks.Ingress;
using PilotHooks.Ingress.Webhooks;
using PilotHooks.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("ingress");
builder.AddIngress();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapWebhooks();
app.Run();
