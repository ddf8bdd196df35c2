using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Deliveries;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>What holds whatever happens, and in whatever order.</summary>
public sealed class DeliverySchedulerPropertyTests
{
    private const int Endpoints = 4;

    [Fact]
    public void Every_leased_delivery_is_started_or_given_back_once_and_no_slot_stays_free_while_an_endpoint_waits()
        => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                (from slots in Gen.Choose(1, 12)
                 from steps in Gen.ListOf(from kind in Gen.Choose(0, 6) from pick in Gen.Choose(0, 1000) from count in Gen.Choose(1, 15) select (kind, pick, count))
                 select (slots, steps)).ToArbitrary(),
                one =>
                {
                    var run = new Run(one.slots);
                    foreach (var (kind, pick, count) in one.steps)
                    {
                        run.Step(kind, pick, count);
                    }

                    run.Finish();
                }));

    [Fact]
    public void No_endpoint_that_waits_for_the_only_slot_is_more_than_two_starts_behind_another()
        => Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                Gen.ListOf(Gen.Choose(1, 20), Endpoints).ToArbitrary(),
                counts =>
                {
                    var scheduler = new DeliveryScheduler(Options.Create(new RelayOptions { MaxInFlight = 1 }), new ManualClock());
                    scheduler.Open();
                    var (left, started) = (counts.ToArray(), new int[Endpoints]);
                    var next = scheduler.AddLeased([.. left.SelectMany((count, i) => Enumerable.Repeat(i, count)).Select(i => Delivery($"{i}"))], 0).Start;
                    while (next is [var delivery])
                    {
                        var endpoint = int.Parse(delivery.EndpointId, System.Globalization.CultureInfo.InvariantCulture);
                        started[endpoint]++;
                        left[endpoint]--;
                        var waiting = Enumerable.Range(0, Endpoints).Where(i => left[i] > 0).Select(i => started[i]).ToList();
                        (waiting.DefaultIfEmpty().Max() - waiting.DefaultIfEmpty().Min()).ShouldBeLessThanOrEqualTo(2);
                        next = scheduler.CompleteAttempt(delivery, Success, isRecorded: true).Start;
                    }

                    left.ShouldAllBe(count => count == 0);
                }));

    private static readonly AttemptResult Success = new(default, TimeSpan.FromMilliseconds(5), 200, null, null, null);
    private static readonly AttemptResult Failure = new(default, TimeSpan.FromMilliseconds(5), 500, null, null, null);
    private static readonly AttemptResult Silence = new(default, TimeSpan.FromSeconds(10), null, "no answer", null, null);

    private static ClaimedDelivery Delivery(string endpointId)
        => new() { Id = Guid.NewGuid(), EndpointId = endpointId, Event = "message.read", Target = Targets.Any(), Size = 10 };

    /// <summary>The facts of one run, and what is known of each delivery after them.</summary>
    private sealed class Run
    {
        private readonly int _slots;
        private readonly ManualClock _clock = new();
        private readonly DeliveryScheduler _scheduler;
        private readonly DeliveryCapacity _empty;
        private readonly HashSet<ClaimedDelivery> _ready = [];
        private readonly List<ClaimedDelivery> _attempted = [];
        private readonly List<ClaimedDelivery> _unrecorded = [];

        public Run(int slots)
        {
            _slots = slots;
            _scheduler = new DeliveryScheduler(Options.Create(new RelayOptions { MaxInFlight = slots }), _clock);
            _scheduler.Open();
            _empty = _scheduler.Capacity();
        }

        public void Step(int kind, int pick, int count)
        {
            switch (kind)
            {
                case 0 or 1:
                    List<ClaimedDelivery> leased = [.. Enumerable.Range(0, count).Select(_ => Delivery($"{pick % Endpoints}"))];
                    _ready.UnionWith(leased);
                    Follow(_scheduler.AddLeased(leased, _clock.GetTimestamp()));
                    break;
                case 2:
                    _clock.Advance(TimeSpan.FromSeconds(count));
                    break;
                case 3 when _unrecorded.Count > 0:
                    Follow(_scheduler.EndDelivery(Take(_unrecorded, pick)));
                    break;
                case 4:
                    Complete(pick, Failure);
                    break;
                case 5:
                    Complete(pick, Silence);
                    break;
                default:
                    Complete(pick, Success);
                    break;
            }

            (_attempted.Count + _unrecorded.Count).ShouldBeLessThanOrEqualTo(_slots);
            if (_attempted.Count + _unrecorded.Count < _slots)
            {
                _ready.Select(delivery => delivery.EndpointId).ShouldBeSubsetOf(_attempted.Select(delivery => delivery.EndpointId));
            }
        }

        public void Finish()
        {
            while (_attempted.Count + _unrecorded.Count > 0)
            {
                Step(_attempted.Count > 0 ? 6 : 3, 0, 1);
            }

            _ready.ShouldBeEmpty();
            var capacity = _scheduler.Capacity();
            (capacity.Deliveries, capacity.Bytes).ShouldBe((_empty.Deliveries, _empty.Bytes));
            _scheduler.Close().Release.ShouldBeEmpty();
            _scheduler.Idle.IsCompleted.ShouldBeTrue();
        }

        private void Complete(int pick, AttemptResult result)
        {
            if (_attempted.Count == 0)
            {
                return;
            }

            var delivery = Take(_attempted, pick);
            var decisions = _scheduler.CompleteAttempt(delivery, result, isRecorded: result.Succeeded && pick % 2 == 0);
            if (!decisions.IsEnded)
            {
                _unrecorded.Add(delivery);
            }

            Follow(decisions);
        }

        private void Follow(SchedulerDecisions decisions)
        {
            foreach (var delivery in decisions.Start)
            {
                _ready.Remove(delivery).ShouldBeTrue();
                _attempted.Add(delivery);
            }

            foreach (var delivery in decisions.Release)
            {
                _ready.Remove(delivery).ShouldBeTrue();
            }
        }

        private static ClaimedDelivery Take(List<ClaimedDelivery> from, int pick)
        {
            var delivery = from[pick % from.Count];
            from.Remove(delivery);
            return delivery;
        }
    }
}
