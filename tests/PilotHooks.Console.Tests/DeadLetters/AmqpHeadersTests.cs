using PilotHooks.Console.DeadLetters;
using RabbitMQ.Client;

namespace PilotHooks.Console.Tests.DeadLetters;

public sealed class AmqpHeadersTests
{
    [Fact]
    public void Headers_come_back_with_their_types_except_those_of_the_way_to_the_error_queue()
    {
        var headers = new Dictionary<string, object?>
        {
            ["kind"] = "MessageReceived"u8.ToArray(),
            ["text"] = "déjà vu",
            ["nul"] = "a\0b"u8.ToArray(),
            ["binary"] = new BinaryTableValue([0, 255]),
            ["occurred-at"] = 639_000_000_000_000_000L,
            ["int"] = 5,
            ["truth"] = true,
            ["double"] = 0.1,
            ["at"] = new AmqpTimestamp(1_700_000_000),
            ["nothing"] = null,
            ["list"] = new List<object?> { "one"u8.ToArray(), 2L },
            ["table"] = new Dictionary<string, object?> { ["inner"] = 3L },
            ["MT-Fault-Message"] = "no"u8.ToArray(),
            ["MT-Reason"] = "fault"u8.ToArray(),
            ["MT-Host-MachineName"] = "m"u8.ToArray(),
            ["x-delivery-count"] = 1L,
            ["MT-Activity-Id"] = "00-trace"u8.ToArray(),
        };

        var back = AmqpHeaders.OriginalsFromJson(AmqpHeaders.ToJson(headers));

        back["kind"].ShouldBe("MessageReceived");
        back["text"].ShouldBe("déjà vu");
        back["nul"].ShouldBeOfType<byte[]>().ShouldBe("a\0b"u8.ToArray());
        back["binary"].ShouldBeOfType<BinaryTableValue>().Bytes.ShouldBe([0, 255]);
        back["occurred-at"].ShouldBe(639_000_000_000_000_000L);
        back["int"].ShouldBe(5);
        back["truth"].ShouldBe(true);
        back["double"].ShouldBe(0.1);
        back["at"].ShouldBe(new AmqpTimestamp(1_700_000_000));
        back["nothing"].ShouldBeNull();
        back["list"].ShouldBeOfType<List<object?>>().ShouldBe(["one", 2L]);
        back["table"].ShouldBeOfType<Dictionary<string, object?>>()["inner"].ShouldBe(3L);
        back["MT-Activity-Id"].ShouldBe("00-trace");
        back.Keys.ShouldNotContain(key => key.StartsWith("MT-Fault", StringComparison.Ordinal) || key.StartsWith("MT-Host", StringComparison.Ordinal));
        back.Keys.ShouldNotContain("MT-Reason");
        back.Keys.ShouldNotContain("x-delivery-count");
    }
}
