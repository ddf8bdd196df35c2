using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using PilotHooks.Console.Keys;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Console.Contacts;

/// <summary>
/// <c>/v1/contacts/{contact}</c>: what is known of one person, all of it as JSON, and its erasure; <c>/v1/erasures/{id}</c>: how
/// far that is. Of one person in all services, so it is put together here.
/// </summary>
internal static class ContactsApi
{
    /// <summary>Most erasures are over by then; of a long one the answer does not wait for the end.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public static void AddContactsApi(this WebApplicationBuilder builder)
    {
        builder.AddContacts<ConsoleContacts>();
        builder.Services.AddSingleton<SetAsideLetters>();
        builder.Services.AddSingleton<IngressErasure>();
        builder.Services.AddSingleton<ErasureStore>();
        builder.Services.AddSingleton<ErasureRunner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ErasureRunner>());
        builder.Services.AddSingleton<ContactExport>();
    }

    public static void MapContactsApi(this WebApplication app)
    {
        var api = app.MapApi();
        var contacts = api.MapGroup("/contacts").WithTags("People");
        contacts.MapGet("/{contact}", ReadAsync).WithName("getContact").Produces<ContactModel>().ProducesProblems(404);
        contacts.MapGet("/{contact}/export", ExportAsync).RequireAuthorization(Policies.TenantKey)
            .WithName("exportContact").Produces<JsonElement>().ProducesProblems(429);
        contacts.MapDelete("/{contact}", EraseAsync).RequireAuthorization(Policies.TenantKey).WithName("eraseContact");
        api.MapGet("/erasures/{id:guid}", FindErasureAsync).RequireAuthorization(Policies.TenantKey).WithTags("People")
            .WithName("getErasure").ProducesProblems(404);
    }

    /// <summary>Reads what is known of one person at a glance.</summary>
    private static async Task<IResult> ReadAsync(
        string contact, HttpResponse response, Caller caller, ServiceClient services, IOptions<ForwardingOptions> options, TimeProvider time, ILogger<ContactExport> logger,
        CancellationToken cancellationToken)
    {
        var id = ContactId.Of(contact);
        using var timeout = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var asked = "messaging";
        try
        {
            var request = new ContactRequest(id.Canonical, caller.NumberId);
            var messages = await services.PostAsync<JsonElement>(asked, "/internal/contacts/summary", request, either.Token);
            asked = "calls";
            var calls = await services.PostAsync<JsonElement>(asked, "/internal/contacts/summary", request, either.Token);
            var counts = new ContactCounts(
                messages.GetProperty("messages").GetInt64(), messages.GetProperty("groupMessages").GetInt64(), calls.GetProperty("calls").GetInt64(), calls.GetProperty("permissions").GetInt64());
            return counts == new ContactCounts(0, 0, 0, 0)
                ? Problems.Of(StatusCodes.Status404NotFound, "Nothing of this contact is known.")
                : TypedResults.Ok(new ContactModel(
                    id.Canonical, messages.GetProperty("names"), messages.GetProperty("numbers"), messages.GetProperty("lastMessage"), calls.GetProperty("lastCallAt"), counts));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return ServiceFault.Answer(response, asked, exception, logger);
        }
    }

    /// <summary>Exports everything of one person as JSON. Takes a key of all numbers.</summary>
    private static Task<IResult> ExportAsync(string contact, HttpContext context, ContactExport export, CancellationToken cancellationToken)
        => export.AnswerAsync(ContactId.Of(contact), context, cancellationToken);

    /// <summary>Erases everything of one person in every service. Takes a key of all numbers.</summary>
    /// <remarks>
    /// Archive, deliveries and dead letters are included, and a later duplicate or replay does not bring the person back. While it
    /// runs for longer than a moment, <c>Location</c> says where to look.
    /// </remarks>
    private static async Task<Accepted<Erasure>> EraseAsync(
        string contact, ErasureStore store, ErasureRunner runner, TimeProvider time, CancellationToken cancellationToken)
    {
        var erasure = await store.BeginAsync(ContactId.Of(contact), ErasureRunner.All, time.GetUtcNow(), cancellationToken);
        try
        {
            await runner.RunAsync(erasure).WaitAsync(AnswerWithin, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on.
        }

        var state = (await store.FindAsync(erasure, cancellationToken))!;
        return TypedResults.Accepted(state.FinishedAt is null ? $"/v1/erasures/{erasure}" : null, state);
    }

    /// <summary>Tells how far an erasure is. Takes a key of all numbers.</summary>
    private static async Task<Results<Ok<Erasure>, ProblemHttpResult>> FindErasureAsync(Guid id, ErasureStore store, CancellationToken cancellationToken)
        => await store.FindAsync(id, cancellationToken) is { } erasure
            ? TypedResults.Ok(erasure)
            : Problems.Of(StatusCodes.Status404NotFound, "There is no erasure with this id.");

    /// <summary>A person at a glance.</summary>
    /// <param name="Contact">The phone number or user id.</param>
    /// <param name="Names">The names that the person came with, the latest first.</param>
    /// <param name="Numbers">The numbers of ours that the person wrote with.</param>
    /// <param name="LastMessage">The latest message; null where there is none.</param>
    /// <param name="LastCallAt">When the latest call was; null where there was none.</param>
    /// <param name="Counts">How much of the person is kept.</param>
    private sealed record ContactModel(string Contact, JsonElement Names, JsonElement Numbers, JsonElement LastMessage, JsonElement LastCallAt, ContactCounts Counts);

    /// <summary>How much of a person is kept.</summary>
    /// <param name="Messages">Messages between the person and us.</param>
    /// <param name="GroupMessages">Messages by the person in groups and newsletters.</param>
    /// <param name="Calls">Calls.</param>
    /// <param name="Permissions">Permissions to be called.</param>
    private sealed record ContactCounts(long Messages, long GroupMessages, long Calls, long Permissions);
}
