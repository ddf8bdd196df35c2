using System.Globalization;
using System.Text.Json.Nodes;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Business;

/// <summary>Stories of the other platform, and of events that no document knows.</summary>
internal static class PlatformStories
{
    public static IReadOnlyList<Step> Incoming(World world, DateTimeOffset at)
        => [new Step(at, PlatformEvents.Incoming(world.Guid(), world.AnyNumber(at), world.Pick(world.Contacts), world.Wamid("wamid."), world.Pick(Phrases.Received), at))];

    /// <summary>The reports of one message: sent, delivered, read; or failed.</summary>
    public static IReadOnlyList<Step> Reports(World world, DateTimeOffset at, double failedShare)
    {
        var wamid = world.Wamid("wamid.");
        var contact = world.Pick(world.Contacts);
        string[] statuses = world.Happens(failedShare) ? ["FAILED"] : ["SENT", "DELIVERED", "READ"];
        return [.. statuses.Select((status, index) =>
        {
            var reportedAt = at + TimeSpan.FromSeconds(index) + world.Seconds(0, 0.5);
            return new Step(reportedAt, PlatformEvents.Report(world.Guid(), wamid, contact, status, reportedAt));
        })];
    }

    public static IReadOnlyList<Step> Form(World world, DateTimeOffset at)
    {
        var by = world.Pick(world.Contacts);
        var answers = new Dictionary<string, string>
        {
            ["name"] = by.Name,
            ["guests"] = world.Pick(["2", "3", "4", "6"]),
            ["day"] = at.AddDays(2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["wish"] = world.Pick(["By the window, please.", "One of us eats no nuts.", "It is a birthday!"]),
        };
        return [new Step(at, PlatformEvents.FormSubmitted(world.Guid(), by, answers, at))];
    }

    /// <summary>What the provider may begin to send tomorrow.</summary>
    public static IReadOnlyList<Step> Unknown(World world, DateTimeOffset at)
    {
        var number = world.AnyNumber(at);
        return [new Step(at, SimulatedEvent.Of("campaign.finished", Sender.PilotStatus, number.Id, new JsonObject
        {
            ["event"] = "campaign.finished",
            ["data"] = new JsonObject
            {
                ["campaignId"] = world.Id("cmp0"),
                ["numberId"] = number.Id,
                ["reached"] = 42,
                ["createdAt"] = SimulatedEvent.Time(at),
            },
        }))];
    }
}
