using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PilotHooks.Benchmarks.Telemetry;

/// <summary>
/// A receiver of OTLP over HTTP that costs as little as one can: it reads what is exported, counts its bytes and forgets it.
/// Says its address, and for each line on its standard input how many bytes of traces came until then.
/// </summary>
internal static class OtlpSink
{
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        var traces = 0L;
        app.Run(async context =>
        {
            var bytes = await ReadAsync(context);
            Interlocked.Add(ref traces, context.Request.Path == "/v1/traces" ? bytes : 0);
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync();
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(Interlocked.Read(ref traces).ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }

    private static async Task<long> ReadAsync(HttpContext context)
    {
        var bytes = 0L;
        for (; ; )
        {
            var read = await context.Request.BodyReader.ReadAsync();
            bytes += read.Buffer.Length;
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return bytes;
            }
        }
    }
}
