using System.Diagnostics;
using System.Text;
using MassTransit;

namespace PilotHooks.Contracts.Tests;

/// <summary>
/// What services agree on, byte for byte: an older or newer release beside this one reads and writes the same. A change
/// here is a change of the contract.
/// </summary>
[Collection(nameof(TestBus))]
public sealed class WireTests(TestBus bus)
{
    public static TheoryData<Type, string, string, string?> Kinds => new()
    {
        { typeof(MessageStatusReported), "urn:message:PilotHooks.Contracts:MessageStatusReported", "PilotHooks.Contracts:MessageStatusReported", "messaging-statuses" },
        { typeof(MessageReceived), "urn:message:PilotHooks.Contracts:MessageReceived", "PilotHooks.Contracts:MessageReceived", "messaging-inbound" },
        { typeof(FormSubmitted), "urn:message:PilotHooks.Contracts:FormSubmitted", "PilotHooks.Contracts:FormSubmitted", "messaging-forms" },
        { typeof(NumberChanged), "urn:message:PilotHooks.Contracts:NumberChanged", "PilotHooks.Contracts:NumberChanged", "numbers-changes" },
        { typeof(CallChanged), "urn:message:PilotHooks.Contracts:CallChanged", "PilotHooks.Contracts:CallChanged", "calls-changes" },
        { typeof(CallPermissionUpdated), "urn:message:PilotHooks.Contracts:CallPermissionUpdated", "PilotHooks.Contracts:CallPermissionUpdated", "calls-permissions" },
        { typeof(CallSignalled), "urn:message:PilotHooks.Contracts:CallSignalled", "PilotHooks.Contracts:CallSignalled", "calls-signalling" },
        { typeof(UnknownEventReceived), "urn:message:PilotHooks.Contracts:UnknownEventReceived", "PilotHooks.Contracts:UnknownEventReceived", null },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Event_is_the_providers_bytes_with_its_envelope_in_headers(Type kind, string urn, string exchange, string? queue)
    {
        var message = Events.Make(kind);

        await bus.PublishAsync(message);

        MessageUrn.ForTypeString(kind).ShouldBe(urn);
        foreach (var name in new[] { "relay-archive", queue }.OfType<string>())
        {
            var got = (await bus.TakeAsync(name, message.EventId))!;
            got.Exchange.ShouldBe(exchange);
            got.Body.ToArray().ShouldBe(Events.Payload.ToArray());
            var properties = got.BasicProperties;
            properties.ContentType.ShouldBe("application/vnd.pilothooks.event+json");
            properties.MessageId.ShouldBe(message.EventId.ToString());
            properties.Persistent.ShouldBeTrue();
            Text(properties.Headers!).ShouldBe(new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["event"] = "some.event",
                ["kind"] = kind.Name,
                ["number-id"] = "num_1",
                ["occurred-at"] = "Int64 639079632001230000",
                ["received-at"] = "Int64 639079632005797891",
                ["source"] = "whatsapp",
            });
        }
    }

    [Fact]
    public async Task Event_of_no_number_has_no_header_for_it()
    {
        var message = Events.Make(typeof(CallChanged), numberId: null);

        await bus.PublishAsync(message);

        (await bus.TakeAsync("calls-changes", message.EventId))!.BasicProperties.Headers!.ContainsKey("number-id").ShouldBeFalse();
    }

    [Fact]
    public async Task Event_carries_its_trace_also_when_nobody_records_it()
    {
        var message = Events.Make(typeof(MessageReceived));
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        await bus.PublishAsync(message);

        var headers = Text((await bus.TakeAsync("messaging-inbound", message.EventId))!.BasicProperties.Headers!);
        headers["MT-Activity-Id"].ShouldContain(activity.TraceId.ToString());
    }

    /// <summary>Without what the broker and its client add for themselves (<c>x-...</c>).</summary>
    private static SortedDictionary<string, string> Text(IDictionary<string, object?> headers)
        => new(headers.Where(header => !header.Key.StartsWith("x-", StringComparison.Ordinal)).ToDictionary(header => header.Key, header => header.Value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            { } value => $"{value.GetType().Name} {value}",
            null => "null",
        }), StringComparer.Ordinal);
}
