using PilotHooks.Console.Components.Webhooks;

namespace PilotHooks.Console.Tests.Components.Webhooks;

public sealed class FormErrorsTests
{
    [Theory]
    [InlineData("url is an absolute http or https URL.", "url", "UrlNotAbsolute")]
    [InlineData("url is https here.", "url", "UrlNotHttps")]
    [InlineData("url has neither a user name nor a fragment.", "url", "UrlWithUser")]
    [InlineData("url's port 25 belongs to another protocol.", "url", "UrlPort")]
    [InlineData("url's host is a local name.", "url", "UrlPrivate")]
    [InlineData("url's address is not a public one: loopback.", "url", "UrlPrivate")]
    [InlineData("url's host has digits or dots that are not ASCII.", "url", null)]
    [InlineData("name is a text of 1 to 200 characters.", "name", "NameWrong")]
    [InlineData("rateLimit is a whole number from 1 to 1000, or null for none.", "rateLimit", "RateWrong")]
    [InlineData("whatsappNumberId is the id of a number.", "whatsappNumberId", "NumberWrong")]
    [InlineData("secret is whsec_ followed by the base64 of 24 to 64 bytes.", "secret", "SecretWrong")]
    [InlineData("Unknown events: message.sung.", "events", null)]
    public void Refusal_is_said_at_its_field(string detail, string field, string? text)
    {
        var errors = FormErrors.Of(detail).ShouldNotBeNull();

        (errors.Field, errors.Text, errors.Detail).ShouldBe((field, text, detail));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("names of nobody")]
    [InlineData("The service relay is away.")]
    public void Refusal_of_no_field_is_said_above(string? detail) => FormErrors.Of(detail).ShouldBeNull();
}
