using Dapper;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

[Collection(RelayFixture.Collection)]
public sealed class DeliveryIdsTests(RelayFixture fixture)
{
    private static readonly Guid Event = new("018f2f6e-1111-7abc-9def-0123456789ab");

    [Fact]
    public void Delivery_has_one_id_and_events_and_endpoints_have_different_ones()
        => Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll<Guid[], byte[]>((events, endpoints) =>
            {
                var deliveries = events.Distinct().SelectMany(one => endpoints.Distinct().Select(endpoint => (Event: one, Endpoint: $"wh_{endpoint}"))).ToList();

                var ids = deliveries.ConvertAll(delivery => new DeliveryIds(delivery.Endpoint).Of(delivery.Event));

                ids.ShouldBeUnique();
                deliveries.ConvertAll(delivery => new DeliveryIds(delivery.Endpoint).Of(delivery.Event)).ShouldBe(ids);
            }));

    [Fact]
    public void Two_events_of_one_half_have_different_ids_at_one_endpoint()
    {
        var ids = new DeliveryIds("wh_1");

        ids.Of(Event).ShouldNotBe(ids.Of(new Guid("018f2f6e-1111-7abc-9def-0123456789ac")));
    }

    [Fact]
    public void Id_keeps_the_version_and_the_variant_of_its_event()
    {
        var id = new DeliveryIds("wh_1").Of(Event);

        (id.Version, id.Variant & 0b1100).ShouldBe((Event.Version, Event.Variant & 0b1100));
    }

    [Fact]
    public void Database_makes_the_same_ids_and_finds_them_around_their_event()
    {
        using var connection = fixture.System.Database.OpenConnection();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll<Guid, Guid>((eventId, endpoint) =>
            {
                var (id, (first, last)) = (new DeliveryIds($"wh_{endpoint:N}").Of(eventId), DeliveryIds.Around(eventId));

                connection.QuerySingle<(Guid, bool)>(
                    "SELECT delivery_id(@eventId, @Endpoint), @id BETWEEN @first AND @last", new { eventId, Endpoint = $"wh_{endpoint:N}", id, first, last }).ShouldBe((id, true));
            }));
    }
}
