using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.ServiceDefaults.Tests.Contacts;

public sealed class ContactIdTests
{
    [Theory]
    [InlineData("+5511987654321")]
    [InlineData("5511987654321")]
    [InlineData(" +55 (11) 98765-4321 ")]
    [InlineData("+55.11.98765.4321")]
    [InlineData("+55 11 98765‑4321")]
    [InlineData("+55/11/987654321")]
    [InlineData("005511987654321")]
    [InlineData("tel:+55-11-98765-4321")]
    [InlineData("5511987654321@s.whatsapp.net")]
    [InlineData("5511987654321:12@s.whatsapp.net")]
    [InlineData("+551187654321")]
    [InlineData("551187654321@s.whatsapp.net")]
    public void Contact_is_the_same_in_every_notation(string text)
    {
        var contact = ContactId.Parse(text)!;

        contact.Canonical.ShouldBe("+5511987654321");
        contact.IsPhone.ShouldBeTrue();
        contact.Forms.ShouldBe(["+5511987654321", "+551187654321"]);
    }

    [Theory]
    [InlineData("+551133334444")]
    [InlineData("+14155552671")]
    [InlineData("+491701234567")]
    public void Contact_has_one_form_where_no_ninth_digit_is_left_out(string text) => ContactId.Parse(text)!.Forms.ShouldBe([text]);

    [Theory]
    [InlineData("BR.1A2B3C4D5E")]
    [InlineData("user/ana-1")]
    [InlineData("123456789012345@lid")]
    public void Contact_without_a_number_is_its_id(string text)
    {
        var contact = ContactId.Parse(text)!;

        contact.Canonical.ShouldBe(text);
        contact.IsPhone.ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("a\0b")]
    public void Contact_is_none_where_nobody_is_named(string? text) => ContactId.Parse(text).ShouldBeNull();

    [Fact]
    public void Contact_is_none_where_it_is_longer_than_any() => ContactId.Parse(new string('a', 257)).ShouldBeNull();

    [Fact]
    public void Contact_tells_nobody_its_number() => $"{ContactId.Parse("+5511987654321")}".ShouldNotContain("98765");
}
