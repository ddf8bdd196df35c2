using System.Text;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Tests.Api;

public sealed class CallerTokensTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("a signing key of the tests");
    private static readonly byte[] Other = Encoding.UTF8.GetBytes("another signing key of the tests");

    public static TheoryData<string?, string, bool> Callers => new()
    {
        { null, "configured-1", false },
        { null, "system", true },
        { "cmm0abc", "0197b7a6-0000-7000-8000-000000000000", false },
        { "+55 odd\nnumber", "k", true },
        { "tenant", "number", false },
    };

    [Theory]
    [MemberData(nameof(Callers))]
    public void Token_says_whose_call_it_is(string? numberId, string keyId, bool readsOnly)
    {
        var caller = new Caller(numberId, keyId, readsOnly);

        CallerTokens.Read(CallerTokens.Write(caller, Now.AddSeconds(30), Key), Now, [Other, Key]).ShouldBe(caller);
    }

    [Fact]
    public void Token_ends()
    {
        var token = CallerTokens.Write(new Caller("cmm0abc"), Now.AddSeconds(30), Key);

        CallerTokens.Read(token, Now.AddSeconds(29), [Key]).ShouldNotBeNull();
        CallerTokens.Read(token, Now.AddSeconds(30), [Key]).ShouldBeNull();
    }

    [Fact]
    public void Token_of_a_key_that_is_gone_is_none()
        => CallerTokens.Read(CallerTokens.Write(new Caller(null), Now.AddSeconds(30), Other), Now, [Key]).ShouldBeNull();

    [Fact]
    public void Token_with_any_letter_changed_is_none()
    {
        var token = CallerTokens.Write(new Caller("cmm0abc", "key", ReadsOnly: true), Now.AddSeconds(30), Key);

        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            // The last letter of a part has bits that mean nothing.
            if (CallerTokens.Read(changed, Now, [Key]) is { } read)
            {
                read.ShouldBe(new Caller("cmm0abc", "key", ReadsOnly: true));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.b.c")]
    [InlineData("%%%.%%%")]
    [InlineData("bm90aGluZw.bm90aGluZw")]
    public void Anything_else_is_none(string text) => CallerTokens.Read(text, Now, [Key]).ShouldBeNull();

    /// <summary>Signed with our key, and yet nobody: no words leave the number out by mistake.</summary>
    [Fact]
    public void Call_of_a_number_without_its_number_is_nobodys()
        => CallerTokens.Read(CallerTokens.Write(new Caller(""), Now.AddSeconds(30), Key), Now, [Key]).ShouldBeNull();
}
