using PilotHooks.Console.DeadLetters;
using RabbitMQ.Client;

namespace PilotHooks.Console.Tests.DeadLetters;

public sealed class DeadLetterKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_failure_has_one_key_and_a_new_one_another()
    {
        Key(Read()).ShouldBe(Key(Read(now: Now.AddHours(1))));

        string[] others = [Key(Read(queue: "calls-changes")), Key(Read(messageId: "other")), Key(Read(timestamp: "2026-03-01T11:00:01Z")), Key(Read(replay: "r1")), Key(Read(body: "{ }"))];
        others.Append(Key(Read())).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public void Failure_time_and_reason_are_the_consumers_own()
    {
        var letter = Read();

        letter.FailedAt.ShouldBe(new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero));
        letter.Reason.ShouldBe("It broke.");
        letter.Event.ShouldBe("message.sent");
        letter.EventId.ShouldBeNull();
        Read(timestamp: "yesterday").FailedAt.ShouldBe(Now);
    }

    private static string Key(DeadLetter letter) => Convert.ToHexString(letter.DeliveryKey);

    private static DeadLetter Read(
        string queue = "messaging-statuses", string messageId = "not a guid", string timestamp = "2026-03-01T11:00:00.0000000Z", string? replay = null, string body = "{}", DateTimeOffset? now = null)
    {
        var headers = new Dictionary<string, object?>
        {
            ["event"] = "message.sent"u8.ToArray(),
            ["MT-Fault-Message"] = "It broke."u8.ToArray(),
            ["MT-Fault-ExceptionType"] = "System.Exception"u8.ToArray(),
            ["MT-Fault-Timestamp"] = System.Text.Encoding.UTF8.GetBytes(timestamp),
        };
        if (replay is not null)
        {
            headers[DeadLetter.ReplayHeader] = System.Text.Encoding.UTF8.GetBytes(replay);
        }

        return DeadLetter.ReadAll(queue, new BasicProperties { MessageId = messageId, Headers = headers }, System.Text.Encoding.UTF8.GetBytes(body), now ?? Now).ShouldHaveSingleItem();
    }
}
