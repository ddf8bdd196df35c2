using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Delivery;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Provider;

/// <summary>
/// <c>POST /v1/messages/send</c>: accepts a message and lets its events follow. A destination that ends in 0000 always
/// fails; otherwise chance decides.
/// </summary>
internal static class MessageEndpoints
{
    private const string AlwaysFails = "0000";

    public static void MapMessages(this RouteGroupBuilder provider) => provider.MapPost("/messages/send", Send);

    private static Results<Accepted<Queued>, ProblemHttpResult> Send(
        SendRequest body, HttpContext http, World world, Schedule schedule, IOptions<SimulatorOptions> options, TimeProvider time)
    {
        if (body.Fault() is var (code, detail))
        {
            return ProviderEndpoints.Error(StatusCodes.Status400BadRequest, code, detail);
        }

        var numberId = body.NumberId ?? body.WhatsappNumberId ?? (http.Request.Headers["x-whatsapp-number-id"].ToString() is { Length: > 0 } header ? header : world.Numbers[0].Id);
        // A number that the sample business does not have may have become known by a webhook posted by hand: it sends too.
        var from = world.Numbers.FirstOrDefault(number => number.Id == numberId)
            ?? new BusinessNumber(numberId, PhoneOf(numberId), "Another number", "Another number", world.Numbers[0].MetaId);

        if (schedule.IsFull)
        {
            http.Response.Headers.RetryAfter = "5";
            return ProviderEndpoints.Error(StatusCodes.Status429TooManyRequests, "RATE_LIMITED", "Too much is waiting to be sent.");
        }

        var now = time.GetUtcNow();
        var (message, steps) = world.Tell(it => Begin(it, body, from, now, options.Value.FailedSends));
        schedule.Add(steps);
        return TypedResults.Accepted((string?)null, new Queued(message.Id, message.CorrelationId, "QUEUED", now, from.DisplayName, Call.Digits(from.Phone)));
    }

    private static (SentMessage Message, IReadOnlyList<Step> Steps) Begin(World world, SendRequest body, BusinessNumber from, DateTimeOffset now, double failedShare)
    {
        var message = new SentMessage(from, body.To, world.UpperId("msg_"), world.UpperId("corr_"), world.MessageId(), body.Type, body.Content);
        // Groups and channels neither read nor answer.
        var contact = body.DestinationNumber is null ? null : world.Contacts.FirstOrDefault(known => known.Phone == body.To) ?? new Contact("New customer", body.To);
        var fails = body.To.EndsWith(AlwaysFails, StringComparison.Ordinal) || world.Happens(failedShare);
        return (message, MessageStories.Lifecycle(world, now, message, contact, new SendFate(fails)));
    }

    /// <summary>A fictional phone, the same for the same number.</summary>
    private static string PhoneOf(string numberId)
        => $"+5511977{BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(numberId))) % 1_000_000:D6}";

    private sealed record Queued(string Id, string CorrelationId, string Status, DateTimeOffset CreatedAt, string Origin, string SourceNumber);
}
