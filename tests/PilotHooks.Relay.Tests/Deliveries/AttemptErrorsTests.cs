using System.Net.Sockets;
using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class AttemptErrorsTests
{
    public static IEnumerable<object[]> Kinds => Enum.GetValues<HttpRequestError>().Distinct().Select(kind => new object[] { kind });

    public static IEnumerable<object[]> Sockets => Enum.GetValues<SocketError>().Distinct().Select(kind => new object[] { kind });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Error_of_the_exchange_is_a_sentence_and_no_name_of_ours(HttpRequestError kind)
        => ShouldBePlain(AttemptErrors.Of(new HttpRequestException(kind, "https://example.com/?token=secret")), kind.ToString());

    [Theory]
    [MemberData(nameof(Sockets))]
    public void Error_of_the_network_is_a_sentence_and_no_name_of_ours(SocketError kind)
        => ShouldBePlain(AttemptErrors.Of(new HttpRequestException("https://example.com/?token=secret", new IOException("broken", new SocketException((int)kind)))), kind.ToString());

    private static void ShouldBePlain(string words, string name)
    {
        words.ShouldEndWith(".");
        words.ShouldNotContain(name, Case.Sensitive);
        words.ShouldNotContain("example.com");
    }
}
