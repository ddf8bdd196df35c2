using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>Every error is RFC 9457 problem details with a <c>traceId</c>, whoever makes it.</summary>
public static class Problems
{
    /// <summary>After which what is away is worth another try.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>A problem with a sentence that says what is wrong and what would be right.</summary>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <summary>A problem that passes: with <c>Retry-After</c>.</summary>
    public static ProblemHttpResult WithRetryAfter(HttpResponse response, int status, TimeSpan wait, string detail)
    {
        SetRetryAfter(response, wait);
        return Of(status, detail);
    }

    /// <summary>Describes the problems that a route answers, beside those that any call may meet.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.ProducesProblem(status);
        }

        return route;
    }

    /// <summary>Says when to come again, in whole seconds from 1 on.</summary>
    public static void SetRetryAfter(HttpResponse response, TimeSpan wait)
        => response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    internal static void AddProblems(this IServiceCollection services) => services.AddProblemDetails(options =>
        options.CustomizeProblemDetails = problem =>
            problem.ProblemDetails.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? problem.HttpContext.TraceIdentifier);

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // Bad input that the framework finds keeps its own status and words; a database that is away is worth another
            // try; anything else is ours, and says nothing.
            StatusCodeSelector = exception => exception switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                NpgsqlException database when Transience.IsTransient(database) => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            },
            ExceptionHandler = context => WriteAsync(context),
            // What a caller did wrong is the caller's to know; it is no fault of ours to be logged with a stack.
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        });
        app.UseStatusCodePages(context => WriteAsync(context.HttpContext));
    }

    private static async Task WriteAsync(HttpContext context)
    {
        var bad = context.Features.Get<IExceptionHandlerFeature>()?.Error as BadHttpRequestException;
        if (bad is not null)
        {
            context.Response.StatusCode = bad.StatusCode;
        }

        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            SetRetryAfter(context.Response, Soon);
        }

        await TypedResults.Problem(bad?.Message, statusCode: context.Response.StatusCode).ExecuteAsync(context);
    }
}
