using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>Whom the console asks for. In a body, since paths are seen by more.</summary>
/// <param name="Contact">In any notation.</param>
/// <param name="NumberId">For a summary: the only number that the caller may see; null for all.</param>
public sealed record ContactRequest(string Contact, string? NumberId = null);

/// <summary>Whom to erase.</summary>
/// <param name="Contact">In any notation.</param>
/// <param name="Before">What occurred before this does not come back.</param>
public sealed record ContactErasure(string Contact, DateTimeOffset Before);

/// <summary>How many rows went or changed.</summary>
public sealed record ErasedRows(long Erased);

/// <summary>A service's part of what is asked about people, which the console puts together.</summary>
public static class ContactEndpoints
{
    private static readonly JsonWriterOptions AsGiven = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds what knows the service's data of people, and who was erased.</summary>
    public static void AddContacts<T>(this WebApplicationBuilder builder)
        where T : class, IContactData
    {
        builder.Services.AddOptions<ErasureOptions>().BindConfiguration(ErasureOptions.Section)
            .PostConfigure<IHostEnvironment>((options, environment) => options.IsLocal = environment.IsDevelopment())
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ErasedContacts>();
        builder.Services.AddSingleton<IContactData, T>();
    }

    /// <summary>Maps <c>/internal/contacts/erase</c> and <c>/export</c>.</summary>
    public static void MapContacts(this RouteGroupBuilder routes)
    {
        var contacts = routes.MapGroup("/contacts");
        contacts.MapPost("/erase", EraseAsync);
        contacts.MapPost("/export", Export);
    }

    /// <summary>Writes an export as an object.</summary>
    public static async Task WriteAsync(this IContactData data, ContactId contact, PipeWriter output, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, AsGiven);
        var export = new ExportWriter(json, output);
        json.WriteStartObject();
        await data.ExportAsync(contact, export, cancellationToken);
        json.WriteEndObject();
        await export.FlushAsync(cancellationToken);
    }

    private static async Task<Ok<ErasedRows>> EraseAsync(ContactErasure body, ErasedContacts erased, IContactData data, CancellationToken cancellationToken)
    {
        var contact = ContactId.Of(body.Contact);
        // First that nothing comes back, then what is there.
        await erased.NoteAsync(contact, body.Before, cancellationToken);
        return TypedResults.Ok(new ErasedRows(await data.EraseAsync(contact, cancellationToken)));
    }

    private static PushStreamHttpResult Export(ContactRequest body, IContactData data, CancellationToken cancellationToken)
    {
        var contact = ContactId.Of(body.Contact);
        return TypedResults.Stream(output => data.WriteAsync(contact, PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true)), cancellationToken), "application/json");
    }
}
