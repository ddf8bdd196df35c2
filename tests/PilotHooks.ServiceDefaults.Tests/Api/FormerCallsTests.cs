using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Tests.Api;

/// <summary>Calls of a console of the version before, which carry the secret and the number in headers of their own.</summary>
public sealed class FormerCallsTests
{
    private const string Token = "a-token-of-enough-characters";

    [Fact]
    public void They_are_nobodys_unless_they_were_asked_for()
    {
        Find(accepted: false, Token, number: "").ShouldBeNull();
        Find(accepted: true, $"{Token}x", number: "").ShouldBeNull();
        Find(accepted: true, Token, number: "").ShouldNotBeNull().NumberId.ShouldBeNull();
        Find(accepted: true, Token, number: "cmm0abc").ShouldNotBeNull().NumberId.ShouldBe("cmm0abc");
    }

    private static Caller? Find(bool accepted, string given, string number)
    {
        var options = Options.Create(new GatewayOptions { Token = $"the-token-that-comes-next,{Token}", AcceptFormerCalls = accepted });
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddSingleton(new CallerTokens(options, TimeProvider.System)).BuildServiceProvider() };
        context.Request.Headers[GatewayOptions.TokenHeader] = given;
        context.Request.Headers[GatewayOptions.NumberHeader] = number;
        return Caller.Find(context);
    }
}
