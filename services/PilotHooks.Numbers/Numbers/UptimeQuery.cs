using System.Globalization;

namespace PilotHooks.Numbers.Numbers;

/// <summary>
/// Which strips are asked for: <c>hours</c> (1 to 720, default 24; in a list up to two, with a comma between) and into how
/// many <c>slots</c> each is cut (1 to 96, default 48). Anything else is a 400.
/// </summary>
internal sealed record UptimeQuery(IReadOnlyList<int> Hours, int Slots)
{
    private const int DefaultSlots = 48;
    private const int MaxHours = 720;
    private const int MaxSlots = 96;
    private const int MaxStrips = 2;

    /// <summary>Read by the framework for an endpoint parameter of this type.</summary>
    public static ValueTask<UptimeQuery> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var hours = query["hours"].ToString() is { Length: > 0 } text ? text.Split(',').Select(part => Whole(part, MaxHours)).ToArray() : [(int)Uptime.Day.TotalHours];
        if (hours.Length > MaxStrips || hours.Contains(null))
        {
            throw new BadHttpRequestException($"hours is a whole number from 1 to {MaxHours}, or in a list up to {MaxStrips} of them with a comma between.");
        }

        var slots = query["slots"].ToString() is { Length: > 0 } slotsText ? Whole(slotsText, MaxSlots) : DefaultSlots;
        return ValueTask.FromResult(new UptimeQuery(
            [.. hours.OfType<int>()],
            slots ?? throw new BadHttpRequestException($"slots is a whole number from 1 to {MaxSlots}.")));
    }

    private static int? Whole(string text, int max)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max ? number : null;
}
