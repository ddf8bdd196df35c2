using System.Net;

namespace PilotHooks.EndToEnd.Tests.Faults;

/// <summary>
/// Whatever is away, stopped or killed, at rest or in the midst of a load, with three replicas of every consumer: in the
/// end every event has its one effect.
/// </summary>
public sealed class FaultTests(FaultTests.ThreeReplicas fixture) : IClassFixture<FaultTests.ThreeReplicas>
{
    private readonly RunningSystem _system = fixture.System;

    [Fact]
    public async Task Replicas_lose_nothing_and_double_nothing()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(_system)).ShouldBe(0);

        await ledger.ShouldBeKeptAsync(_system);
    }

    [Fact]
    public async Task Events_posted_while_the_broker_is_stopped_arrive_through_the_spool()
    {
        var ledger = new Ledger();
        await _system.Resources.StopAsync("broker");

        (await ledger.PostAsync(_system)).ShouldBe(0);
        await _system.Resources.StartAsync("broker");

        await ledger.ShouldBeKeptAsync(_system);
    }

    [Fact]
    public async Task Broker_that_crashes_in_the_midst_of_a_load_loses_nothing()
    {
        var ledger = new Ledger();

        await ledger.PostAsync(_system, halfway: async () =>
        {
            await _system.Resources.KillAsync("broker");
            await _system.Resources.StartAsync("broker");
        });

        await ledger.ShouldBeKeptAsync(_system);
    }

    [Fact]
    public async Task Events_posted_while_the_database_is_away_arrive_when_it_is_back()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(_system, halfway: () => _system.Resources.KillAsync("postgres"))).ShouldBe(0);
        await _system.Resources.StartAsync("postgres");

        await ledger.ShouldBeKeptAsync(_system);
    }

    [Fact]
    public async Task Events_are_accepted_and_have_one_effect_while_redis_is_away()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(_system, halfway: () => _system.Resources.StopAsync("redis"))).ShouldBe(0);
        await _system.Resources.StartAsync("redis");

        await ledger.ShouldBeKeptAsync(_system);
    }

    [Fact]
    public async Task Event_is_refused_for_now_while_neither_broker_nor_redis_can_keep_it_and_gets_in_later()
    {
        var ledger = new Ledger();
        await Task.WhenAll(_system.Resources.StopAsync("broker"), _system.Resources.StopAsync("redis"));
        using (var refused = await _system.PostOnceAsync(ledger.Events[0]))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }

        await Task.WhenAll(_system.Resources.StartAsync("broker"), _system.Resources.StartAsync("redis"));
        await ledger.PostAsync(_system);

        await ledger.ShouldBeKeptAsync(_system);
    }

    [Fact]
    public async Task Consumers_killed_in_the_midst_of_a_load_leave_their_events_to_the_others()
    {
        var ledger = new Ledger();

        (await ledger.PostAsync(_system, halfway: async () =>
        {
            foreach (var service in new[] { "messaging", "numbers", "calls", "relay" })
            {
                await _system.Resources.StartAsync(await _system.Resources.KillAsync(service));
            }
        })).ShouldBe(0);

        await ledger.ShouldBeKeptAsync(_system);
    }

    /// <summary>The whole system, three of each consumer.</summary>
    public sealed class ThreeReplicas : IAsyncLifetime
    {
        public RunningSystem System { get; private set; } = null!;

        public async Task InitializeAsync() => System = await RunningSystem.StartAsync(replicas: 3);

        public async Task DisposeAsync() => await System.DisposeAsync();
    }
}
