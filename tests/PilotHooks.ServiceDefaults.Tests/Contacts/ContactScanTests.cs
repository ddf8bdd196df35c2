using System.Text;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.ServiceDefaults.Tests.Contacts;

public sealed class ContactScanTests
{
    private static readonly ContactId Ana = ContactId.Parse("+5511987654321")!;

    [Theory]
    [InlineData("""{"event":"message.received","data":{"from":"+5511987654321"}}""")]
    [InlineData("""{"event":"message.received","data":{"from":"\u002b5511987654321"}}""")]
    [InlineData("""{"from":5511987654321}""")]
    [InlineData("""{"a":[{"b":{"wa_id":"551187654321"}}]}""")]
    [InlineData("""{"answers":{"phone":"(+55) 11 98765-4321"}}""")]
    [InlineData("""{"contacts":[{"id":"5511987654321:3@s.whatsapp.net"}]}""")]
    [InlineData("not JSON, 5511987654321")]
    public void Body_is_of_whom_a_value_names(string body) => ContactScan.IsOf(Encoding.UTF8.GetBytes(body), Ana).ShouldBeTrue();

    [Theory]
    [InlineData("""{"data":{"from":"+5511987654322","content":"+5511987654321"}}""")]
    [InlineData("""{"data":{"content":"Call +5511987654321","contentReplied":"+5511987654321"}}""")]
    [InlineData("""{"5511987654321":"a name"}""")]
    [InlineData("""{"from":"+55119876543210"}""")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    public void Body_is_not_of_whom_it_only_speaks_of(string body) => ContactScan.IsOf(Encoding.UTF8.GetBytes(body), Ana).ShouldBeFalse();

    [Theory]
    [InlineData("BR.1A2B3C", """{"from_user_id":"BR.1A2B3C"}""")]
    [InlineData("a/b", """{"user_id":"a\/b"}""")]
    public void Body_is_of_the_user_id_that_it_names(string id, string body)
    {
        ContactScan.IsOf(Encoding.UTF8.GetBytes(body), ContactId.Parse(id)!).ShouldBeTrue();
        ContactScan.IsOf(Encoding.UTF8.GetBytes(body), ContactId.Parse(id + "x")!).ShouldBeFalse();
    }

    [Theory]
    [InlineData("sent to 5511987654321.", true)]
    [InlineData("5511987654321", true)]
    [InlineData("id 955119876543215", false)]
    [InlineData("", false)]
    public void Number_stands_in_a_text_as_a_whole(string text, bool isThere)
    {
        ContactScan.IsIn(Encoding.UTF8.GetBytes(text), Ana).ShouldBe(isThere);
        System.Text.RegularExpressions.Regex.IsMatch(text, ContactScan.PatternOf(Ana)).ShouldBe(isThere);
    }

    [Fact]
    public void Short_id_is_found_in_no_other_word()
    {
        var id = ContactId.Parse("a.b")!;

        ContactScan.IsIn("x a.b y"u8, id).ShouldBeTrue();
        ContactScan.IsIn("xa.by axb"u8, id).ShouldBeFalse();
        ContactScan.PatternOf(id).ShouldBe(@"(^|[^0-9A-Za-z])(a\.b)([^0-9A-Za-z]|$)");
    }

    [Theory]
    [InlineData("+5511987654321", "")]
    [InlineData("BR.1A2B3C", "1A2B3C")]
    [InlineData("a/bc", "bc")]
    public void Needle_stands_in_every_body_of_the_person(string contact, string needle)
        => Encoding.ASCII.GetString(ContactScan.NeedleOf(ContactId.Parse(contact)!)).ShouldBe(needle);
}
