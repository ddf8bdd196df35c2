using Microsoft.Extensions.Options;
using PilotHooks.Simulator.Delivery;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Business;

/// <summary>
/// Lets things happen in the business. Its numbers come first. Then each kind of story is told once, so that everything
/// there is has been seen within the first twenty seconds; after that chance picks, at the configured pace.
/// </summary>
internal sealed partial class LivingBusiness(
    World world, Schedule schedule, Dispatcher dispatcher, Ingress ingress, IOptions<SimulatorOptions> options, TimeProvider time, ILogger<LivingBusiness> logger) : BackgroundService
{
    private static readonly TimeSpan OpeningPace = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(250);

    private bool HasPlatform => !string.IsNullOrEmpty(options.Value.PlatformSecret);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (options.Value.EventsPerSecond <= 0)
        {
            return;
        }

        if (!ingress.Exists)
        {
            Log.NoIngress(logger);
        }

        try
        {
            await OpenAsync(stoppingToken);
            foreach (var story in Opening())
            {
                Tell(story);
                await Task.Delay(OpeningPace, time, stoppingToken);
            }

            await LiveAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The business closes with the host.
        }
    }

    /// <summary>Waits until the ingress has them: everything else speaks of these numbers.</summary>
    private async Task OpenAsync(CancellationToken stoppingToken)
    {
        foreach (var step in world.Tell(it => NumberStories.Open(it, time.GetUtcNow())))
        {
            await dispatcher.DeliverAsync(step.Event, stoppingToken);
        }
    }

    private async Task LiveAsync(CancellationToken stoppingToken)
    {
        var stories = Stories();
        var weights = stories.Sum(story => story.Weight);
        while (true)
        {
            var told = Tell((it, at) => Pick(it, stories, weights)(it, at));
            await Task.Delay(TimeSpan.FromSeconds(told / options.Value.EventsPerSecond * world.Tell(it => it.Between(0.5, 1.5))), time, stoppingToken);
            while (schedule.IsFull || schedule.IsStopped)
            {
                await Task.Delay(BusyDelay, time, stoppingToken);
            }
        }
    }

    /// <summary>Returns how many events the story has.</summary>
    private int Tell(Story story)
    {
        var steps = world.Tell(it => story(it, time.GetUtcNow()));
        schedule.Add(steps);
        return steps.Count;
    }

    private IEnumerable<Story> Opening()
    {
        yield return (it, at) => MessageStories.Send(it, at, 0, new SendFate(Fails: false, Answered: true));
        yield return CallStories.Answered;
        yield return NumberStories.Stall;
        yield return CallStories.Missed;
        yield return NumberStories.Flap;
        yield return CallStories.Outbound;
        foreach (var illness in world.Illnesses)
        {
            // A number is ill for a while, so that the next one falls ill beside it, not on top of it.
            yield return (it, at) => NumberStories.Illness(it, at, illness);
            yield return MessageStories.Received;
        }

        yield return (it, at) => MessageStories.Send(it, at, 1, new SendFate(Fails: true));
        if (HasPlatform)
        {
            yield return (it, at) => PlatformStories.Reports(it, at, 0);
            yield return PlatformStories.Incoming;
            yield return PlatformStories.Form;
        }

        yield return MessageStories.ReceivedMedia;
        yield return MessageStories.Group;
        yield return MessageStories.Newsletter;
        yield return PlatformStories.Unknown;
    }

    private List<(int Weight, Story Story)> Stories()
    {
        var failed = options.Value.FailedSends;
        List<(int Weight, Story Story)> stories =
        [
            (40, (it, at) => MessageStories.Send(it, at, failed)),
            (20, MessageStories.Received),
            (6, MessageStories.ReceivedMedia),
            (6, MessageStories.Group),
            (3, MessageStories.Newsletter),
            (5, CallStories.Answered),
            (3, CallStories.Missed),
            (2, CallStories.Outbound),
            (1, CallStories.PermissionRefused),
            (3, NumberStories.Flap),
            (2, NumberStories.Illness),
            (1, NumberStories.Stall),
            (1, PlatformStories.Unknown),
        ];
        if (HasPlatform)
        {
            stories.Add((4, PlatformStories.Incoming));
            stories.Add((4, (it, at) => PlatformStories.Reports(it, at, failed)));
            stories.Add((2, PlatformStories.Form));
        }

        return stories;
    }

    private static Story Pick(World world, List<(int Weight, Story Story)> stories, int weights)
    {
        var left = world.Between(0, weights);
        return stories.Find(story => (left -= story.Weight) < 0).Story ?? stories[0].Story;
    }

    /// <summary>A few events that belong together, beginning now.</summary>
    private delegate IReadOnlyList<Step> Story(World world, DateTimeOffset at);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No ingress is configured (Ingress:Url or services:ingress:http:0): events go to registered webhooks alone")]
        public static partial void NoIngress(ILogger logger);
    }
}
