using System.Net;
using PilotHooks.Messaging.Sending;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests.Sending;

/// <summary>What the key of one number may send, and as whom.</summary>
[Collection(MessagingCollection.Name)]
public sealed class SendOfNumberTests(MessagingSystem system)
{
    private readonly string _text = Events.Unique("text");
    private readonly string _number = Events.Unique("cmm");
    private readonly string _key = Events.Unique("key");

    [Theory]
    [InlineData("""{"numberId":"another"}""")]
    [InlineData("""{"whatsappNumberId":"another"}""")]
    [InlineData("""{"whatsapp_number_id":"another"}""")]
    [InlineData("""{"instanceId":"another"}""")]
    [InlineData("""{"INSTANCE-ID":"another"}""")]
    [InlineData("""{"from":"another"}""")]
    [InlineData("""{"From":"+5511988888888"}""")]
    [InlineData("""{"number_id":"another"}""")]
    [InlineData("""{"NumberId":"another"}""")]
    [InlineData("""{"number.id":"another"}""")]
    [InlineData("""{"ｎｕｍｂｅｒＩｄ":"another"}""")]
    [InlineData("""{"phone_number_id":"another"}""")]
    [InlineData("""{"whatsappInstanceIds":["another"]}""")]
    [InlineData("""{"numberId":"OWN","NumberId":"another"}""")]
    [InlineData("""{"numberId":"OWN","numberId":"another"}""")]
    [InlineData("""{"numberId":"another","numberId":"OWN"}""")]
    [InlineData("""{"numberId":7}""")]
    [InlineData("""{"instanceId":{"id":"OWN"}}""")]
    [InlineData("""{"instanceId":["OWN","another"]}""")]
    [InlineData("""{"options":{"numberId":"another"}}""")]
    [InlineData("""{"messages":[{"sender":{"instance_id":"another"}}]}""")]
    public async Task Body_that_names_another_number_is_a_403_and_never_reaches_the_provider(string named)
    {
        var body = $$"""{"text":"{{_text}}","destinationNumber":"+5511999999999",{{named.Replace("OWN", _number, StringComparison.Ordinal)[1..]}}""";

        (await SendAsync(body)).ShouldBe(HttpStatusCode.Forbidden);

        system.Provider.Calls(_text).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("x-whatsapp-number-id")]
    [InlineData("X-WhatsApp-Number-Id")]
    [InlineData("x-instance-id")]
    public async Task Header_that_names_another_number_is_a_403_and_never_reaches_the_provider(string header)
    {
        (await SendAsync(Body(), header: (header, "another"))).ShouldBe(HttpStatusCode.Forbidden);

        system.Provider.Calls(_text).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("v1/messages/send?numberId=another")]
    [InlineData("v1/messages/send?instance_id=another")]
    public async Task Query_that_names_another_number_is_a_403_and_never_reaches_the_provider(string path)
    {
        (await SendAsync(Body(), path)).ShouldBe(HttpStatusCode.Forbidden);

        system.Provider.Calls(_text).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("conversations")]
    [InlineData("forms")]
    [InlineData("forms.csv")]
    public async Task List_that_is_asked_for_another_number_by_any_name_is_a_403(string list)
    {
        foreach (var filter in new[] { "numberId", "NUMBERID", "number_id", "whatsappNumberId", "instance-id" })
        {
            (await SendAsync(null, $"v1/{list}?{filter}=another")).ShouldBe(HttpStatusCode.Forbidden, filter);
            (await SendAsync(null, $"v1/{list}?{filter}={_number}")).ShouldBe(HttpStatusCode.OK, filter);
        }

        (await SendAsync(null, $"v1/{list}", header: ("x-whatsapp-number-id", "another"))).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Keys_own_number_is_put_in_where_none_is_named_and_stays_where_it_is()
    {
        (await SendAsync(Body())).ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync(Body($$""","numberId":"{{_number}}","instanceId":"{{_number}}","from":null,"variables":{"from":"Rio"}"""), header: ("x-whatsapp-number-id", _number)))
            .ShouldBe(HttpStatusCode.Accepted);

        system.Provider.Calls(_text).ShouldAllBe(call => call.Body.Text("numberId") == _number);
        system.Provider.Calls(_text)[1].Body["variables"]!.Text("from").ShouldBe("Rio");
        (await system.GetAsync($"v1/messages?numberId={_number}")).Items().Length.ShouldBe(2);
    }

    [Fact]
    public async Task Header_names_the_number_of_a_key_of_all_where_the_body_names_none()
    {
        (await SendAsync(Body(), header: ("x-whatsapp-number-id", _number), keyOfNumber: false)).ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync(Body(""","whatsappNumberId":"another" """), header: ("x-whatsapp-number-id", _number), keyOfNumber: false)).ShouldBe(HttpStatusCode.BadRequest);

        system.Provider.Calls(_text).Single().Body.Text("numberId").ShouldBe(_number);
    }

    [Fact]
    public async Task Same_idempotency_key_of_another_number_is_another_send_and_another_key_at_the_provider()
    {
        (await SendAsync(Body(), header: ("Idempotency-Key", _key))).ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync(Body(), header: ("Idempotency-Key", _key))).ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync(Body(), header: ("Idempotency-Key", _key), keyOfNumber: false)).ShouldBe(HttpStatusCode.Accepted);

        var keys = system.Provider.Calls(_text).Select(call => call.IdempotencyKey).ToList();
        keys.Count.ShouldBe(2);
        keys.Distinct().Count().ShouldBe(2);
        keys.ShouldAllBe(key => key!.Length == 64 && !key.Contains(_key, StringComparison.Ordinal));
    }

    [Fact]
    public void Key_for_the_provider_tells_scope_and_key_apart()
        => new[] { IdempotencyStore.ForProvider("ab", "c"), IdempotencyStore.ForProvider("a", "bc"), IdempotencyStore.ForProvider("", "abc") }.Distinct().Count().ShouldBe(3);

    private string Body(string more = "") => $$"""{"text":"{{_text}}","destinationNumber":"+5511999999999"{{more}}}""";

    private async Task<HttpStatusCode> SendAsync(string? body, string path = "v1/messages/send", (string Name, string Value)? header = null, bool keyOfNumber = true)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        if (keyOfNumber)
        {
            request.Headers.SetCaller(MessagingSystem.GatewayToken, _number);
        }

        if (header is { } more)
        {
            request.Headers.Add(more.Name, more.Value);
        }

        using var answer = await system.Api.SendAsync(request);
        return answer.StatusCode;
    }
}
