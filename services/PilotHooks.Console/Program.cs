using PilotHooks.Console;
using PilotHooks.ServiceDefaults;

// The files of the pages lie beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddServiceDefaults("console");
builder.AddConsole();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapConsole();
app.Run();
