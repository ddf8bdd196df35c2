using Microsoft.Extensions.Configuration;
using PilotHooks.Simulator.Delivery;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Tests.Delivery;

public class IngressTests
{
    [Fact]
    public void Token_of_the_open_provider_stands_in_its_address_alone()
    {
        var ingress = Ingress.From(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ingress:Url"] = "http://localhost:5100/",
            ["Simulator:WhatsappToken"] = "tok/en+1-of-enough-bytes",
        }).Build());

        ingress.Next(Sender.PilotStatus).AbsoluteUri.ShouldBe("http://localhost:5100/hooks/whatsapp?token=tok%2Fen%2B1-of-enough-bytes");
        ingress.Next(Sender.Platform).AbsoluteUri.ShouldBe("http://localhost:5100/hooks/platform");
    }
}
