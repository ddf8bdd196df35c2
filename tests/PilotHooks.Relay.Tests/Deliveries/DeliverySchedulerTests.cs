using Microsoft.Extensions.Options;
using PilotHooks.Relay.Deliveries;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>Facts and decisions are written as <see cref="SchedulerScript"/> describes.</summary>
public sealed class DeliverySchedulerTests
{
    [Theory]
    [InlineData("lease a1-2 b1", "+a1 +a2 +b1")]
    [InlineData("lease a1-10 | success a1", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 | . +a9 +a10")]
    [InlineData("lease a1-9 | late a1 | end a1", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 | +a9 | .")]
    [InlineData("lease a1-8 | silence a1 | lease a9 | silence a2", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 |  |  | -a9")]
    [InlineData("lease a1-8 | urgent a9", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 | +a9")]
    public void Endpoint_has_as_many_attempts_under_way_as_its_limiter_allows(string facts, string decisions)
        => new SchedulerScript().Run(facts).ShouldBe(decisions);

    [Theory]
    [InlineData(2, "lease a1-2 b1 | success a1", "+a1 +a2 | . +b1")]
    [InlineData(2, "lease a1 b1 c1 | late b1 | end b1", "+a1 +b1 |  | . +c1")]
    [InlineData(1, "lease a1 | urgent b1 | lease c1 | success a1 | success b1", "+a1 | +b1 |  | . | . +c1")]
    public void All_endpoints_together_have_as_many_attempts_under_way_as_there_are_slots(int slots, string facts, string decisions)
        => new SchedulerScript(slots).Run(facts).ShouldBe(decisions);

    [Theory]
    [InlineData("lease a1-3 b1-2 c1 | success a1 | success a2 | success b1 | success c1 | success a3", "+a1 | . +a2 | . +b1 | . +c1 | . +a3 | . +b2")]
    [InlineData("lease a1-3 | success a1 | lease b1 | success a2 | success a3", "+a1 | . +a2 |  | . +a3 | . +b1")]
    [InlineData("lease a1-2 b1-2 | failure a1 | end a1 | success b1", "+a1 | -a2 | . +b1 ? | . +b2")]
    public void Endpoints_that_wait_for_a_slot_get_one_each_in_turn(string facts, string decisions)
        => new SchedulerScript(slots: 1).Run(facts).ShouldBe(decisions);

    [Theory]
    [InlineData("lease a1-10 | failure a1 | end a1", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 | -a9 -a10 | .")]
    [InlineData("lease a1-10 | silence a1 | end a1", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 | -a9 -a10 | .")]
    [InlineData("lease a1-9 | lost a1 | end a1", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 | -a9 | .")]
    [InlineData("lease a1 | lost a1", "+a1 | .")]
    [InlineData("lease a1-9 b1-9 | failure a1", "+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 +b1 +b2 +b3 +b4 +b5 +b6 +b7 +b8 | -a9")]
    public void Failure_gives_back_all_that_is_ready_for_its_endpoint(string facts, string decisions)
        => new SchedulerScript().Run(facts).ShouldBe(decisions);

    /// <summary>By default a lease lasts 30 s, an attempt takes 10 s at most, and 2 s are left for what is done around it.</summary>
    [Theory]
    [InlineData("lease a1 b1 | after 18 | success a1", "+a1 |  | . +b1")]
    [InlineData("lease a1 b1-2 | after 19 | success a1", "+a1 |  | . -b1 -b2")]
    [InlineData("lease a1 b1 c1 | after 19 | lease d1 | success a1", "+a1 |  |  | . +d1 -b1 -c1")]
    [InlineData("lease a1-2 | after 19 | success a1 | end a1", "+a1 |  | -a2 | . ?")]
    [InlineData("lease a1-2 | after 19 | late a1 | end a1", "+a1 |  | -a2 | . ?")]
    public void Delivery_whose_attempt_might_outlast_its_lease_is_given_back(string facts, string decisions)
        => new SchedulerScript(slots: 1).Run(facts).ShouldBe(decisions);

    [Fact]
    public void Delivery_that_was_just_claimed_is_started_though_the_claim_took_long()
    {
        var clock = new ManualClock();
        var scheduler = new DeliveryScheduler(Options.Create(new RelayOptions()), clock);
        scheduler.Open();
        clock.Advance(TimeSpan.FromSeconds(60));

        scheduler.AddLeased([new SchedulerScript().Find("a1")], leasedAt: 0).Start.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("lease a1 | lease a1 | success a1", "+a1 |  | .")]
    [InlineData("lease a1 | late a1 | lease a1 | end a1 | lease a1", "+a1 |  |  | . | +a1")]
    public void Delivery_that_is_leased_again_while_it_runs_is_not_started_twice(string facts, string decisions)
        => new SchedulerScript().Run(facts).ShouldBe(decisions);

    [Fact]
    public async Task Replica_that_stops_gives_back_what_is_ready_and_ends_what_runs()
    {
        var script = new SchedulerScript();

        script.Run("lease a1-9 | close | lease b1 | late a1 | success a2").ShouldBe("+a1 +a2 +a3 +a4 +a5 +a6 +a7 +a8 | -a9 | -b1 |  | . ?");

        script.Scheduler.Capacity().ShouldBe(DeliveryCapacity.None);
        script.Run("success a3 | success a4 | success a5 | success a6 | success a7 | success a8");
        script.Scheduler.Idle.IsCompleted.ShouldBeFalse();
        script.Run("end a1");
        await script.Scheduler.Idle;
    }

    [Theory]
    [InlineData("a1-8", "success a1 | success a2 | success a3", ". ? | . ? | . ?")]
    [InlineData("a1-7", "success a1 | success a2 | success a3", ". | . | .")]
    [InlineData("a1-8 b1", "success b1", ".")]
    [InlineData("a1-9", "failure a1 | end a1 | success a2 | success a3", "-a9 | . | . | . ?")]
    public void More_is_looked_for_where_a_claim_brought_all_that_fitted_and_half_of_it_is_free(string claimed, string facts, string decisions)
    {
        var script = new SchedulerScript();
        var capacity = script.Scheduler.CapacityForClaim();
        script.Run($"lease {claimed}");

        script.Scheduler.RecordClaim(capacity, [.. script.FindAll(claimed)]);

        // After a success in 5 ms hundreds may be held ready, so half of the capacity is free at once. After a failure none are.
        script.Run(facts).ShouldBe(decisions);
    }

    [Theory]
    [InlineData(2, 1, "a1-3", true)]
    [InlineData(2, 1, "a1-2", false)]
    public void More_is_looked_for_when_the_replica_was_full(int slots, int ready, string leased, bool expected)
    {
        var script = new SchedulerScript(slots, ready);
        script.Run($"lease {leased}");

        (script.Scheduler.CapacityForClaim() == DeliveryCapacity.None).ShouldBe(expected);

        script.Run("success a1").EndsWith('?').ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "a", true)]
    [InlineData("lease a1", "a", true)]
    [InlineData("lease a1-8", "a", false)]
    [InlineData("lease a1-8", "a b", true)]
    [InlineData("lease a1-8", "", false)]
    public void Due_deliveries_are_looked_for_where_there_is_capacity(string facts, string endpoints, bool expected)
    {
        var script = new SchedulerScript();
        if (facts.Length > 0)
        {
            script.Run(facts);
        }

        script.Scheduler.RecordDue(endpoints.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet()).ShouldBe(expected);
    }

    [Fact]
    public async Task More_is_in_demand_until_a_quarter_of_the_places_is_taken_and_again_when_it_is_not()
    {
        var script = new SchedulerScript(slots: 1, ready: 8);
        script.Run("lease a1-3");
        script.Scheduler.WhenInDemand().ShouldBeNull();

        script.Run("lease a4");
        var demand = script.Scheduler.WhenInDemand().ShouldNotBeNull();
        demand.IsCompleted.ShouldBeFalse();
        script.Run("success a1");

        await demand;
        script.Scheduler.WhenInDemand().ShouldBeNull();
    }

    [Fact]
    public void Endpoint_that_has_nothing_to_do_is_forgotten_after_a_while()
    {
        var script = new SchedulerScript();
        script.Run("lease a1 b1 | success a1 | after 61");

        script.Scheduler.RecordClaim(script.Scheduler.CapacityForClaim(), []);

        script.Scheduler.Capacity().Endpoints.ShouldBe(["b"]);
    }
}
