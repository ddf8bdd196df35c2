using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

public sealed class ProviderTimeTests
{
    private static readonly DateTimeOffset Arrival = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-03-01T12:00:00Z", "12:00:00.0000000")]
    [InlineData("2026-03-01T12:00:00z", "12:00:00.0000000")]
    [InlineData("2026-03-01t12:00:00", "12:00:00.0000000")]
    [InlineData("2026-03-01T12:00:00+00:00", "12:00:00.0000000")]
    [InlineData("2026-03-01T12:00:00+0000", "12:00:00.0000000")]
    [InlineData("2026-03-01T12:00:00-00:00", "12:00:00.0000000")]
    [InlineData("2026-03-01T09:00:00-03:00", "12:00:00.0000000")]
    [InlineData("2026-03-01T09:00:00-0300", "12:00:00.0000000")]
    [InlineData("2026-03-01T09:00:00-03", "12:00:00.0000000")]
    [InlineData("2026-03-01T17:45:00+05:45", "12:00:00.0000000")]
    [InlineData("2026-03-01T12:00", "12:00:00.0000000")]
    [InlineData("2026-03-01", "00:00:00.0000000")]
    [InlineData("2026-03-01 12:00:00", "12:00:00.0000000")]
    [InlineData("2026-03-01 09:00:00 -0300", "12:00:00.0000000")]
    [InlineData("2026-03-01 09:00:00-03:00", "12:00:00.0000000")]
    [InlineData("2026-03-01 12:00:00 UTC", "12:00:00.0000000")]
    [InlineData("2026-03-01 12:00:00.5 +0000 UTC", "12:00:00.5000000")]
    [InlineData("2026-03-01T09:00:00-03:00[America/Sao_Paulo]", "12:00:00.0000000")]
    [InlineData("2026/03/01 12:00:00", "12:00:00.0000000")]
    [InlineData("  2026-03-01T12:00:00Z  ", "12:00:00.0000000")]
    [InlineData("20260301T120000Z", "12:00:00.0000000")]
    [InlineData("20260301T090000.25-0300", "12:00:00.2500000")]
    [InlineData("2026-03-01T12:00:00.1Z", "12:00:00.1000000")]
    [InlineData("2026-03-01T12:00:00.123456789012345Z", "12:00:00.1234567")]
    [InlineData("2026-03-01T09:00:00,123-03:00", "12:00:00.1230000")]
    [InlineData("2026-03-01T12:00:60Z", "12:01:00.0000000")]
    [InlineData("2026-02-28T24:00:00Z", "00:00:00.0000000")]
    [InlineData("1772366400", "12:00:00.0000000")]
    [InlineData("1772366400.25", "12:00:00.2500000")]
    [InlineData("1772366400,25", "12:00:00.2500000")]
    [InlineData("1.7723664e9", "12:00:00.0000000")]
    [InlineData("1772366400250", "12:00:00.2500000")]
    [InlineData("1772366400250.5", "12:00:00.2505000")]
    [InlineData("1772366400250000", "12:00:00.2500000")]
    [InlineData("1772366400250000000", "12:00:00.2500000")]
    [InlineData("Sun, 01 Mar 2026 12:00:00 GMT", "12:00:00.0000000")]
    [InlineData("Sun, 1 Mar 2026 12:00:00 +0000", "12:00:00.0000000")]
    [InlineData("sun, 01 mar 2026 09:00:00 -0300", "12:00:00.0000000")]
    [InlineData("01 Mar 2026 12:00 UT", "12:00:00.0000000")]
    [InlineData("Sunday, 01 Mar 2026 12:00:00 +0000 (UTC)", "12:00:00.0000000")]
    public void Time_is_read_in_every_form_that_providers_write(string text, string clock)
    {
        var expected = DateTimeOffset.Parse($"2026-03-01T{clock}Z", System.Globalization.CultureInfo.InvariantCulture);

        ProviderTime.Parse(text).ShouldBe(expected);
        ProviderTime.Parse(Encoding.UTF8.GetBytes(text)).ShouldBe(expected);
        ReadField(JsonSerializer.Serialize(text), expected).ShouldBe(expected);
    }

    [Theory]
    [InlineData("1772366400")]
    [InlineData("1772366400.0")]
    [InlineData("1772366400000")]
    [InlineData("1.7723664e9")]
    [InlineData("\"\\u0031772366400\"")]
    [InlineData("\"2026-03-01T12:00:00\\u002B00:00\"")]
    public void Field_is_a_number_or_a_text_with_or_without_escapes(string json) => ReadField(json, Arrival).ShouldBe(Arrival);

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("12:00")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1e99")]
    [InlineData("1e999999999")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("NaN")]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("0000-00-00 00:00:00")]
    [InlineData("9999-12-31T23:59:59-23:59")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData("+012026-03-01T12:00:00Z")]
    [InlineData("2026-02-30T12:00:00Z")]
    [InlineData("2026-13-01T12:00:00Z")]
    [InlineData("2026-03-01T25:00:00Z")]
    [InlineData("2026-03-01T24:00:01Z")]
    [InlineData("2026-03-01T12:60:00Z")]
    [InlineData("2026-03-01T12:00:00+24:00")]
    [InlineData("2026-03-01T12:00:00Z and more")]
    [InlineData("2026-03-01T12:00:00 03:00")]
    [InlineData("2026-03-01T")]
    [InlineData("Sun, 01 Foo 2026 12:00:00 GMT")]
    [InlineData("Sun,")]
    [InlineData("\u0662\u0660\u0662\u0666-03-01T12:00:00Z")]
    public void What_is_no_time_is_null(string text)
    {
        ProviderTime.Parse(text).ShouldBeNull();
        ProviderTime.Parse(Encoding.UTF8.GetBytes(text)).ShouldBeNull();
    }

    [Fact]
    public void No_text_makes_the_reader_throw()
    {
        var piece = Gen.Elements(
            "2026", "-", "03", "01", "T", " ", "12", ":", "00", ".", ",", "9", "99999999999", "Z", "+", "-03", "[", "]", "(", ")", "Sun, ", " Mar ", "GMT", "e9", "\0", "\ud800", "é", "/");
        var texts = Gen.ArrayOf(piece).Select(string.Concat).ToArbitrary();

        Prop.ForAll(texts, text =>
        {
            ProviderTime.Parse(text).ShouldBe(ProviderTime.Parse(Encoding.UTF8.GetBytes(text)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void First_field_that_holds_a_time_counts()
    {
        using var document = JsonDocument.Parse("""{"a":"soon","b":null,"c":1772366400,"d":"2026-03-01T13:00:00Z"}""");

        document.RootElement.Time(Arrival, "a", "b", "e", "c", "d").ShouldBe(Arrival);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-86400, -86400)]
    [InlineData(300, 300)]
    [InlineData(300.001, 0)]
    [InlineData(315_360_000, 0)]
    public void Time_more_than_five_minutes_after_its_arrival_counts_as_its_arrival(double ahead, double counted)
    {
        var time = Arrival.AddSeconds(ahead);

        ReadField($"\"{time:O}\"", Arrival).ShouldBe(Arrival.AddSeconds(counted));
        ProviderTime.Clamp(time, Arrival).ShouldBe(Arrival.AddSeconds(counted));
        new EventFields(Guid.NewGuid(), "e", "s", null, time, Arrival, default).OccurredAt.ShouldBe(Arrival.AddSeconds(counted));
    }

    [Fact]
    public void Consumer_gets_the_time_as_it_counts()
    {
        var group = EventFields.MakeGroup(
            nameof(NumberChanged), [new EventFields(Guid.NewGuid(), "number.connected", "whatsapp", "cmm_1", Arrival.AddYears(10), Arrival, default)], [null]);

        group.ShouldBeOfType<EventGroup<NumberChanged>>().Events.ShouldHaveSingleItem().OccurredAt.ShouldBe(Arrival);
    }

    private static DateTimeOffset? ReadField(string json, DateTimeOffset arrival)
    {
        using var document = ProviderJson.Parse(Encoding.UTF8.GetBytes($$"""{"at":{{json}}}"""));
        return document.RootElement.Time(arrival, "at");
    }
}
