using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>What a stranger's connection may cost a service, in memory and in time. The defaults stand in docs/security.md.</summary>
public sealed class RequestLimits
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Limits";

    /// <summary>What a connection may hold that nobody has read yet: by default a megabyte, of which a thousand connections make a gigabyte.</summary>
    private const int UnreadBytes = 16 * 1024;

    /// <summary>Open connections; one more is closed at once.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; init; } = 5000;

    /// <summary>Bytes of all headers of a request together.</summary>
    [Range(1024, 64 * 1024)]
    public int HeaderBytes { get; init; } = 16 * 1024;

    /// <summary>How long the headers of a request may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HeaderDeadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the body of a sender that has not proved itself may take, from its headers to its last byte.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan BodyDeadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may stay open between two requests: longer than proxies keep theirs, so that they close first.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>The slowest average, in bytes per second, of a body that is sent and of an answer that is read.</summary>
    [Range(1, 1_000_000)]
    public int BytesPerSecond { get; init; } = 240;

    internal static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RequestLimits>().BindConfiguration(Section).ValidateDataAnnotations().ValidateOnStart();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
            (context.Configuration.GetSection(Section).Get<RequestLimits>() ?? new RequestLimits()).Apply(kestrel));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = UnreadBytes);

        // What runs here is nobody's business, and a value that cannot be read is not repeated: it may hold a phone number or a line
        // break. In Development the framework would throw it, and elsewhere log it.
        builder.Services.PostConfigure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http.RequestDelegate", LogLevel.None);
    }

    private void Apply(KestrelServerOptions kestrel)
    {
        // The grace in which no rate is asked for, as the framework has it.
        var rate = new MinDataRate(BytesPerSecond, TimeSpan.FromSeconds(5));
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = Connections;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
        kestrel.Limits.MaxRequestBufferSize = Math.Max(UnreadBytes, HeaderBytes);
        kestrel.Limits.RequestHeadersTimeout = HeaderDeadline;
        kestrel.Limits.KeepAliveTimeout = Idle;
        kestrel.Limits.MinRequestBodyDataRate = rate;
        kestrel.Limits.MinResponseDataRate = rate;
    }
}
