using System.Diagnostics;
using OpenTelemetry;

namespace PilotHooks.ServiceDefaults.Tracing;

/// <summary>
/// The last to see a span before it is exported. A path may hold a phone number and a query a token: of an outgoing call only
/// where it went stays, and of a request its route.
/// </summary>
internal sealed class SpanRedactor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Kind == ActivityKind.Server)
        {
            var route = data.GetTagItem("http.route");
            data.SetTag("url.path", route);
            data.SetTag("url.query", null);
            data.DisplayName = RequestSpan.NameOf(data) ?? (route is null ? $"{data.GetTagItem("http.request.method")} (no route)" : data.DisplayName);
        }
        else if (data.GetTagItem("url.full") is string url)
        {
            data.SetTag("url.full", Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null);
        }
    }
}
