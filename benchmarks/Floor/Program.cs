// The floor under the ingress: the least that can claim an event in Redis, make it durable in RabbitMQ and answer, with
// nothing else of a product around it. FLOOR says how it publishes: "one-queue", "two-queues" or "masstransit".
using PilotHooks.Benchmarks.Floor;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var publish = await Publishers.CreateAsync(builder);
builder.Services.AddSingleton(await Claims.ConnectAsync(builder.Configuration));

var app = builder.Build();
var claims = app.Services.GetRequiredService<Claims>();
app.MapGet("/health", () => Results.Ok());
app.MapPost("/hooks/{source}", async (HttpContext context) =>
{
    var body = new byte[context.Request.ContentLength!.Value];
    await context.Request.Body.ReadExactlyAsync(body);
    var id = EventIds.Of(body);
    if (!await claims.ClaimAsync(id))
    {
        await Answers.WriteAsync(context.Response, "duplicate", id);
        return;
    }

    await publish(app.Services, id, body);
    await Answers.WriteAsync(context.Response, "accepted", id);
});
app.Run();
