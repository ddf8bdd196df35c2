using System.Net;

namespace PilotHooks.EndToEnd.Tests.Faults;

/// <summary>
/// Whatever is away, stopped or killed, at rest or in the midst of a load, with two replicas of every consumer: in the
/// end every event has its one effect.
/// </summary>
public sealed class FaultTests(FaultTests.TwoReplicas system) : IClassFixture<FaultTests.TwoReplicas>
{
    [Fact]
    public async Task Replicas_lose_nothing_and_double_nothing()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(system.Backbone)).ShouldBe(0);

        await ledger.ShouldBeKeptAsync(system.Backbone);
    }

    [Fact]
    public async Task Events_posted_while_the_broker_is_stopped_arrive_through_the_spool()
    {
        var ledger = new Ledger();
        await system.Backbone.Broker.StopAsync();

        (await ledger.PostAsync(system.Backbone)).ShouldBe(0);
        await system.Backbone.Broker.StartAsync();

        await ledger.ShouldBeKeptAsync(system.Backbone);
    }

    [Fact]
    public async Task Broker_that_crashes_in_the_midst_of_a_load_loses_nothing()
    {
        var ledger = new Ledger();

        await ledger.PostAsync(system.Backbone, halfway: async () =>
        {
            await system.Backbone.Broker.KillAsync();
            await system.Backbone.Broker.StartAsync();
        });

        await ledger.ShouldBeKeptAsync(system.Backbone);
    }

    [Fact]
    public async Task Events_posted_while_the_database_is_away_arrive_when_it_is_back()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(system.Backbone, halfway: system.Backbone.Postgres.KillAsync)).ShouldBe(0);
        await system.Backbone.Postgres.StartAsync();

        await ledger.ShouldBeKeptAsync(system.Backbone);
    }

    [Fact]
    public async Task Events_are_accepted_and_have_one_effect_while_redis_is_away()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(system.Backbone, halfway: system.Backbone.Redis.StopAsync)).ShouldBe(0);
        await system.Backbone.Redis.StartAsync();

        await ledger.ShouldBeKeptAsync(system.Backbone);
    }

    [Fact]
    public async Task Event_is_refused_for_now_while_neither_broker_nor_redis_can_keep_it_and_gets_in_later()
    {
        var ledger = new Ledger();
        await Task.WhenAll(system.Backbone.Broker.StopAsync(), system.Backbone.Redis.StopAsync());
        using (var refused = await system.Backbone.PostOnceAsync(ledger.Events[0]))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }

        await Task.WhenAll(system.Backbone.Broker.StartAsync(), system.Backbone.Redis.StartAsync());
        await ledger.PostAsync(system.Backbone);

        await ledger.ShouldBeKeptAsync(system.Backbone);
    }

    [Fact]
    public async Task Consumers_killed_in_the_midst_of_a_load_leave_their_events_to_the_others()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(system.Backbone, halfway: async () =>
        {
            // The second replicas: the first ones are those that the console asks.
            foreach (var (service, replicas) in system.Backbone.Consumers.ToList())
            {
                replicas[^1].Kill();
                replicas.RemoveAt(replicas.Count - 1);
                await system.Backbone.StartConsumerAsync(service);
            }
        })).ShouldBe(0);

        await ledger.ShouldBeKeptAsync(system.Backbone);
    }

    /// <summary>The whole system, two of each consumer.</summary>
    public sealed class TwoReplicas : IAsyncLifetime
    {
        public Backbone Backbone { get; private set; } = null!;

        public async Task InitializeAsync() => Backbone = await Backbone.StartAsync(replicas: 2);

        public async Task DisposeAsync() => await Backbone.DisposeAsync();
    }
}
