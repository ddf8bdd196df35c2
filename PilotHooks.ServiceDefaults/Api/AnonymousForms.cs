using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// The form of somebody who has not signed in is read before anything else looks at it: it is small, and it comes within the
/// deadline of <see cref="RequestLimits"/>.
/// </summary>
public static class AnonymousForms
{
    private const int MaxBytes = 16 * 1024;

    /// <summary>After authentication. Calls of the API have no forms, and their bodies are forwarded unread.</summary>
    public static void UseAnonymousForms(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Request.HasFormContentType && context.User.Identity is not { IsAuthenticated: true } && !context.Request.Path.StartsWithSegments("/v1"))
        {
            await ReadAsync(context);
        }

        await next(context);
    });

    private static async Task ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxBytes;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(context.RequestServices.GetRequiredService<IOptions<RequestLimits>>().Value.BodyDeadline);
        try
        {
            // Apart from the form: its reader ends the connection, answer and all, when it is cancelled.
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, deadline.Token);
            body.Position = 0;
            context.Request.Body = body;
            await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The form did not come in time.", StatusCodes.Status408RequestTimeout);
        }
        catch (InvalidDataException)
        {
            throw new BadHttpRequestException("The form cannot be read.");
        }
    }
}
