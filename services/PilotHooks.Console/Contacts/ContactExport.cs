using System.Net.Mime;
using System.Text;
using System.Text.Json;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Contacts;

/// <summary>
/// All that is known of one person, as one JSON object: each service's part passes through as it comes, so nothing is held
/// whole. It scans tables, so only so many run at a time.
/// </summary>
internal sealed class ContactExport(ServiceClient services, IContactData ownData, TimeProvider time, ILogger<ContactExport> logger) : IDisposable
{
    private const int MaxRunning = 2;

    private readonly SemaphoreSlim _running = new(MaxRunning, MaxRunning);

    public void Dispose() => _running.Dispose();

    public async Task<IResult> AnswerAsync(ContactId contact, HttpContext context, CancellationToken cancellationToken)
    {
        if (!await _running.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return Problems.WithRetryAfter(
                context.Response, StatusCodes.Status429TooManyRequests, ExportPool.RetryAfter, $"{MaxRunning} exports are running; try again when one is over.");
        }

        var parts = new List<(string Service, HttpResponseMessage Answer)>();
        try
        {
            // All of them answer before anything is written: after that there is no status to tell of a fault by.
            foreach (var service in ErasureRunner.Services)
            {
                if (await AskAsync(service, contact, context, parts, cancellationToken) is { } problem)
                {
                    return problem;
                }
            }

            await WriteAsync(contact, context, parts, cancellationToken);
            return Results.Empty;
        }
        finally
        {
            parts.ForEach(part => part.Answer.Dispose());
            _running.Release();
        }
    }

    private async Task<IResult?> AskAsync(
        string service, ContactId contact, HttpContext context, List<(string Service, HttpResponseMessage Answer)> parts, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await services.PostAsync(service, "/internal/contacts/export", new ContactRequest(contact.Canonical), cancellationToken);
            parts.Add((service, answer));
            answer.EnsureSuccessStatusCode();
            return null;
        }
        catch (HttpRequestException exception)
        {
            return ServiceFault.Answer(context.Response, service, exception, logger);
        }
    }

    private async Task WriteAsync(ContactId contact, HttpContext context, List<(string Service, HttpResponseMessage Answer)> parts, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = MediaTypeNames.Application.Json;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = "attachment; filename=contact.json";
        try
        {
            await TextAsync($"{{\"contact\":{JsonSerializer.Serialize(contact.Canonical, ApiJson.Options)},\"exportedAt\":{JsonSerializer.Serialize(time.GetUtcNow(), ApiJson.Options)}");
            foreach (var (service, answer) in parts)
            {
                await TextAsync($",\"{service}\":");
                await answer.Content.CopyToAsync(response.Body, cancellationToken);
            }

            await TextAsync($",\"{ErasureRunner.Own}\":");
            await ownData.WriteAsync(contact, response.BodyWriter, cancellationToken);
            await TextAsync("}");
        }
        catch (Exception) when (response.HasStarted)
        {
            // What is cut off must not look whole.
            context.Abort();
        }

        Task TextAsync(string text) => response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();
    }
}
