using System.Text;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

public sealed class MessageFactsTests
{
    [Theory]
    [InlineData("""{"content":"Hi"}""", "Hi")]
    [InlineData("""{"text":"Hi"}""", "Hi")]
    [InlineData("""{"type":"text","text":{"body":"Hi"}}""", "Hi")]
    [InlineData("""{"message":{"text":{"body":"Hi"}}}""", "Hi")]
    [InlineData("""{"interactive":{"type":"button_reply","button_reply":{"id":"b1","title":"Yes"}}}""", "Yes")]
    [InlineData("""{"interactive":{"list_reply":{"id":"r2","title":"Tomorrow","description":"at ten"}}}""", "Tomorrow")]
    [InlineData("""{"interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{}"}}}""", "Sent")]
    [InlineData("""{"button":{"payload":"p","text":"Confirm"}}""", "Confirm")]
    [InlineData("""{"reaction":{"message_id":"wamid.y0","emoji":"👍"}}""", "👍")]
    [InlineData("""{"image":{"id":"9","mime_type":"image/jpeg","caption":"Look"}}""", "Look")]
    [InlineData("""{"document":{"id":"9","filename":"a.pdf","caption":"Bill"}}""", "Bill")]
    [InlineData("""{"location":{"latitude":-23.5,"longitude":-46.6,"name":"Shop","address":"Rua A, 1"}}""", "Shop, Rua A, 1")]
    [InlineData("""{"location":{"latitude":-23.5,"longitude":-46.6,"address":"Rua A, 1"}}""", "Rua A, 1")]
    [InlineData("""{"location":{"latitude":-23.5,"longitude":-46.6}}""", "-23.5, -46.6")]
    [InlineData("""{"contacts":[{"name":{"formatted_name":"Ana Lima","first_name":"Ana"}},{"name":{"first_name":"Rui"}}]}""", "Ana Lima, Rui")]
    [InlineData("""{"order":{"catalog_id":"c","text":"Please wrap it","product_items":[]}}""", "Please wrap it")]
    [InlineData("""{"reaction":{"message_id":"wamid.y0"}}""", null)]
    [InlineData("""{"text":7,"image":[],"location":"x","contacts":{}}""", "7")]
    public void Content_is_found_wherever_its_type_keeps_it(string part, string? content)
        => Read(part).Content.ShouldBe(content);

    [Theory]
    [InlineData("""{"from":"551199","from_user_id":"BR.1"}""", "551199")]
    [InlineData("""{"from":null,"from_user_id":"BR.1","user_id":"BR.2"}""", "BR.1")]
    [InlineData("""{"user_id":"BR.2"}""", "BR.2")]
    [InlineData("""{"from":{"phone_number":"+551199"}}""", "+551199")]
    [InlineData("""{"sender":{"user_id":"BR.3"}}""", "BR.3")]
    public void Sender_is_a_phone_number_or_else_a_user_id(string part, string from)
        => Read(part).From.ShouldBe(from);

    [Theory]
    [InlineData("""{"context":{"id":"wamid.y0"}}""")]
    [InlineData("""{"reaction":{"message_id":"wamid.y0","emoji":"x"}}""")]
    [InlineData("""{"quotedMessageId":"wamid.y0"}""")]
    public void Quoted_message_is_found_in_context_or_reaction(string part)
        => Read(part).QuotedMessageId.ShouldBe("wamid.y0");

    [Fact]
    public void Whole_envelope_holds_a_message_for_each_of_its_own()
    {
        var facts = ReadAll("""
            {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"display_phone_number":"551188"},
            "contacts":[{"profile":{"name":"Ana"},"wa_id":"551199"},{"profile":{"name":"Rui"},"user_id":"BR.1"}],
            "messages":[{"from":"551199","id":"wamid.a","type":"text","text":{"body":"one"}},{"from_user_id":"BR.1","id":"wamid.b","type":"text","text":{"body":"two"}}]}}]}]}
            """);

        facts.Select(fact => (fact.MessageId, fact.From, fact.To, fact.ParticipantName, fact.Content)).ShouldBe(
            [("wamid.a", "551199", "551188", "Ana", "one"), ("wamid.b", "BR.1", "551188", "Rui", "two")]);
    }

    [Fact]
    public void Envelope_tells_of_a_sender_whom_the_message_does_not_name()
        => Read("""{"contacts":[{"profile":{"name":"Ana"},"user_id":"BR.1"}],"messages":[{"id":"wamid.a","type":"text","text":{"body":"one"}}]}""")
            .From.ShouldBe("BR.1");

    [Fact]
    public void Echo_of_the_phone_is_a_message_of_ours()
        => Read("""{"value":{"message_echoes":[{"from":"551188","to":"551199","id":"wamid.e","type":"text","text":{"body":"hi"}}]}}""")
            .ShouldSatisfyAllConditions(fact => fact.FromMe.ShouldBe(true), fact => fact.To.ShouldBe("551199"));

    [Fact]
    public void Edit_holds_the_new_content_of_another_message()
    {
        var fact = Read("""{"id":"wamid.e","type":"edit","edit":{"original_message_id":"wamid.o","message":{"context":{"id":"wamid.q"},"type":"image","image":{"caption":"new","url":"https://x/y"}}}}""");

        fact.EditedMessageId.ShouldBe("wamid.o");
        fact.Content.ShouldBe("new");
        fact.MediaCaption.ShouldBe("new");
        fact.MediaLink.ShouldBe("https://x/y");
    }

    [Fact]
    public void Revoke_names_the_message_that_it_takes_back()
        => Read("""{"id":"wamid.r","type":"revoke","revoke":{"original_message_id":"wamid.o"}}""").RevokedMessageId.ShouldBe("wamid.o");

    [Theory]
    [InlineData("""{"recipient":{"customer_id":"wamid.a","phone_number":"+551199"},"status":"READ"}""", "wamid.a", "+551199", "read")]
    [InlineData("""{"statuses":[{"id":"wamid.a","status":"played","recipient_id":"551199"}]}""", "wamid.a", "551199", "read")]
    [InlineData("""{"id":"wamid.a","status":"delivered","recipient_user_id":"BR.1"}""", "wamid.a", "BR.1", "delivered")]
    public void Status_is_found_in_either_shape(string part, string messageId, string to, string status)
    {
        var fact = StatusFacts.ReadFirst(Parse(part));

        (fact.MessageId, fact.To, fact.Status).ShouldBe((messageId, to, status));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    public void What_is_no_object_holds_nothing(string part)
    {
        ReadAll(part).ShouldBeEmpty();
        MessageFacts.ReadFirst(Parse(part)).Content.ShouldBeNull();
    }

    private static MessageFacts Read(string part) => MessageFacts.ReadFirst(Parse(part));

    private static MessageFacts[] ReadAll(string part) => [.. MessageFacts.ReadAll(Parse(part))];

    private static System.Text.Json.JsonElement Parse(string part) => ProviderJson.Parse(Encoding.UTF8.GetBytes(part)).RootElement;
}
