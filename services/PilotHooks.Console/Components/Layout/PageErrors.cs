using System.Diagnostics;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using PilotHooks.Console.Components.Api;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Components.Layout;

/// <summary>Gives a browser a page where everybody else gets a problem.</summary>
internal sealed partial class PageErrors(RequestDelegate next, ILogger<PageErrors> logger)
{
    private const string EnhancedNavigation = "blazor-enhanced-nav";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.WantsPage())
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null })
            {
                await ShowAsync(context, context.Response.StatusCode, detail: null);
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var bad = exception as BadHttpRequestException;
            var status = bad?.StatusCode ?? (Transience.IsTransient(exception) && exception is NpgsqlException ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError);
            if (status == StatusCodes.Status500InternalServerError)
            {
                Log.Failed(logger, exception);
            }

            context.Response.Clear();
            // Clear took the headers with it.
            BrowserSafety.Apply(context.Response.Headers);
            await ShowAsync(context, status, bad?.Message);
        }
    }

    private static async Task ShowAsync(HttpContext context, int status, string? detail)
    {
        // The request's own renderer may have begun with the page that failed.
        var services = context.RequestServices;
        await using var scope = services.CreateAsyncScope();
        var problem = new ApiProblem(status, detail, Activity.Current?.TraceId.ToString());
        var parameters = new Dictionary<string, object?>
        {
            [nameof(ErrorPage.Problem)] = problem,
            [nameof(ErrorPage.IsOldForm)] = context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false },
        };
        context.RequestServices = scope.ServiceProvider;
        // It may have added this one already, and a renderer adds it without looking.
        context.Response.Headers.Remove(EnhancedNavigation);
        try
        {
            await new RazorComponentResult<ErrorPage>(parameters) { StatusCode = status }.ExecuteAsync(context);
        }
        finally
        {
            context.RequestServices = services;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A page could not be made")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
