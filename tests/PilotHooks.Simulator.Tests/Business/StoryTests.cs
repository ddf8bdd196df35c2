using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Events;
using PilotHooks.Simulator.Tests.Support;

namespace PilotHooks.Simulator.Tests.Business;

public sealed class StoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Func<World, DateTimeOffset, IReadOnlyList<Step>>[] Stories =
    [
        NumberStories.Open, NumberStories.Flap, NumberStories.Illness, NumberStories.Stall,
        (world, at) => MessageStories.Send(world, at, 0.3), MessageStories.Received, MessageStories.ReceivedMedia, MessageStories.Group, MessageStories.Newsletter,
        CallStories.Answered, CallStories.Missed, CallStories.Outbound, CallStories.PermissionRefused,
        PlatformStories.Incoming, (world, at) => PlatformStories.Reports(world, at, 0.3), PlatformStories.Form, PlatformStories.Unknown,
    ];

    [Fact]
    public void Every_body_of_every_story_holds_what_the_documents_say()
    {
        var steps = Tell(seeds: 200);

        foreach (var step in steps)
        {
            DocumentedFields.ShouldHold(Body(step));
        }

        DocumentedFields.Events.Except(steps.Select(step => step.Event.Name)).ShouldBeEmpty();
    }

    [Fact]
    public void Native_signalling_comes_in_all_three_shapes()
    {
        var bodies = Tell(seeds: 20).Where(step => step.Event.Name == "calls").Select(Body).ToList();

        bodies.ShouldContain(body => body.ContainsKey("entry"));
        bodies.ShouldContain(body => body.ContainsKey("calls"));
        bodies.ShouldContain(body => body.ContainsKey("event"));
    }

    [Fact]
    public void The_same_seed_tells_the_same_stories()
    {
        static string[] Texts(int seed) => [.. Tell(new World(Options.Create(new SimulatorOptions { Seed = seed }))).Select(step => Body(step).ToJsonString())];

        Texts(7).ShouldBe(Texts(7));
        Texts(7).ShouldNotBe(Texts(8));
    }

    [Fact]
    public void Reply_quotes_the_message_that_was_sent()
    {
        var world = new World(Options.Create(new SimulatorOptions { Seed = 1 }));

        var steps = MessageStories.Send(world, Now, 0, new SendFate(Fails: false, Answered: true));

        steps.Select(step => step.Event.Name).ShouldBe(["message.sent", "message.delivered", "message.read", "message.reply"]);
        var (sent, reply) = (Body(steps[0])["data"]!, Body(steps[3])["data"]!);
        ((string)reply["quotedMessageId"]!).ShouldBe((string)sent["messageId"]!);
        ((string)reply["correlationId"]!).ShouldBe((string)sent["correlationId"]!);
        ((string)reply["from"]!).ShouldBe((string)sent["to"]!);
        ((string)reply["numberId"]!).ShouldBe((string)sent["numberId"]!);
        ((string)reply["messageId"]!).ShouldNotBe((string)sent["messageId"]!);
    }

    [Fact]
    public void Each_call_is_between_one_of_our_numbers_and_a_contact()
    {
        var world = new World(Options.Create(new SimulatorOptions()));
        var ours = world.Numbers.Select(number => number.Phone[1..]).ToHashSet();

        var calls = Tell(seeds: 30).Where(step => step.Event.Name.StartsWith("call.", StringComparison.Ordinal)).Select(Body);

        calls.ShouldAllBe(call => ours.Contains((string)call["from"]!) != ours.Contains((string)call["to"]!));
    }

    [Fact]
    public void Steps_follow_each_other_in_time()
        => Stories.ShouldAllBe(story => IsOrdered(story));

    private static bool IsOrdered(Func<World, DateTimeOffset, IReadOnlyList<Step>> story)
    {
        var steps = story(new World(Options.Create(new SimulatorOptions { Seed = 3 })), Now);
        return steps.All(step => step.At >= Now) && steps.GroupBy(step => step.Event.NumberId).All(group => group.Zip(group.Skip(1)).All(pair => pair.First.At <= pair.Second.At));
    }

    private static List<Step> Tell(int seeds)
        => [.. Enumerable.Range(0, seeds).SelectMany(seed => Tell(new World(Options.Create(new SimulatorOptions { Seed = seed }))))];

    private static IEnumerable<Step> Tell(World world) => Stories.SelectMany(story => world.Tell(it => story(it, Now)));

    private static JsonObject Body(Step step) => JsonNode.Parse(step.Event.Body)!.AsObject();
}
