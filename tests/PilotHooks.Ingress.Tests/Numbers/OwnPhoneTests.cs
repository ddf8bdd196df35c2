using PilotHooks.TestSupport;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Numbers;

[Collection(IngressCollection.Name)]
public class OwnPhoneTests(IngressFixture ingress)
{
    /// <summary>A phone that no other test shows to be a number's.</summary>
    private const string Nobody = "490000000001";

    [Fact]
    public async Task Call_belongs_to_the_number_whose_phone_a_number_event_showed()
    {
        var (numberId, phone) = (NewId(), NewPhone());
        await ingress.Client.AcceptAsync(Number("number.connected", numberId, phone: "+" + phone));

        (await NumberOfAsync(Call("call.ringing", callId: NewId(), from: Nobody, to: phone, direction: "INBOUND"))).ShouldBe(numberId);
        (await NumberOfAsync(Call("call.ringing", callId: NewId(), from: phone, to: Nobody))).ShouldBe(numberId);
        (await NumberOfAsync(Call("call.ended", callId: NewId(), from: phone, to: Nobody, direction: null))).ShouldBe(numberId);
        (await NumberOfAsync(Json(NativeEnvelope(NativeValue(NewId(), to: phone))))).ShouldBe(numberId);
    }

    [Theory]
    [InlineData("message.sent")]
    [InlineData("message.reply")]
    public async Task Call_belongs_to_the_number_whose_phone_a_message_showed(string name)
    {
        var (numberId, phone) = (NewId(), NewPhone());
        var contact = NewPhone();
        await ingress.Client.AcceptAsync(name == "message.sent"
            ? Message(name, id: NewId(), numberId: numberId, from: "+" + phone, to: "+" + contact)
            : Message(name, id: NewId(), numberId: numberId, from: "+" + contact, to: "+" + phone));

        (await NumberOfAsync(Call("call.ringing", callId: NewId(), from: contact, to: phone))).ShouldBe(numberId);
        // The contact's phone is nobody's.
        (await NumberOfAsync(Call("call.ringing", callId: NewId(), from: contact, to: Nobody))).ShouldBeNull();
    }

    [Fact]
    public async Task Another_replica_knows_what_this_one_learned()
    {
        var (numberId, phone) = (NewId(), NewPhone());
        await using var replica = await ingress.StartReplicaAsync();
        await ingress.Client.AcceptAsync(Number("number.connected", numberId, phone: "+" + phone));

        await Eventually.GetAsync(() => NumberOfAsync(Call("call.ringing", callId: NewId(), from: Nobody, to: phone), replica.Client), number => number == numberId);
    }

    [Fact]
    public async Task Phone_that_moved_belongs_to_the_number_that_had_it_last_whatever_comes_last()
    {
        var (oldNumber, newNumber, phone) = (NewId(), NewId(), NewPhone());
        await ingress.Client.AcceptAsync(Number("number.connected", newNumber, "2026-02-02T00:00:00.000Z", "+" + phone));
        await ingress.Client.AcceptAsync(Number("number.connected", oldNumber, "2026-02-01T00:00:00.000Z", "+" + phone));

        (await NumberOfAsync(Call("call.ringing", callId: NewId(), from: Nobody, to: phone))).ShouldBe(newNumber);
    }

    [Fact]
    public async Task Call_of_unknown_parties_belongs_to_no_number()
        => (await NumberOfAsync(Call("call.ringing", callId: NewId(), from: NewPhone(), to: NewPhone()))).ShouldBeNull();

    [Fact]
    public async Task Events_of_a_source_with_a_number_are_that_number_s()
    {
        var eventId = await ingress.Client.AcceptAsync(Platform("form.submitted", id: NewId()), "placed");

        (await ingress.Queues.GetAsync(eventId)).ShouldAllBe(message => message.Headers["number-id"] == "num_placed");
    }

    private async Task<string?> NumberOfAsync(byte[] body, HttpClient? client = null)
    {
        var messages = await ingress.Queues.GetAsync(await (client ?? ingress.Client).AcceptAsync(body));
        return messages[0].Headers.GetValueOrDefault("number-id");
    }
}
