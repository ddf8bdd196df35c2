using System.Globalization;
using Microsoft.Extensions.Localization;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Components.Numbers;

/// <summary>How the API's words for numbers are shown.</summary>
internal static class NumberStatus
{
    public static readonly IReadOnlyList<string> States = ["connected", "disconnected", "created", "removed"];
    public static readonly IReadOnlyList<string> Healths = ["healthy", "degraded", "shadowban", "blocked"];
    private const string HealthEvent = "number.health_";

    public static BadgeKind StateKind(string state) => state switch
    {
        "connected" => BadgeKind.Ok,
        "disconnected" => BadgeKind.Bad,
        "created" => BadgeKind.Info,
        _ => BadgeKind.Neutral,
    };

    public static BadgeKind HealthKind(string health) => health switch
    {
        "healthy" => BadgeKind.Ok,
        "blocked" or "shadowban" => BadgeKind.Bad,
        _ => BadgeKind.Warn,
    };

    /// <summary>The worse of state and health, which is what a row is coloured by; a removed number has nothing left to suffer.</summary>
    public static BadgeKind Kind(NumberItem number) => (number.State, HealthKind(number.Health)) switch
    {
        ("removed", _) => BadgeKind.Neutral,
        ("disconnected", _) or (_, BadgeKind.Bad) => BadgeKind.Bad,
        (_, BadgeKind.Warn) => BadgeKind.Warn,
        _ => BadgeKind.Ok,
    };

    /// <summary>The sections of a list in the order <c>trouble</c>.</summary>
    public static string Section(NumberItem number) => number.State == "removed" ? "removed" : Kind(number) is BadgeKind.Ok ? "fine" : "trouble";

    public static string State(this IStringLocalizer<NumbersTexts> texts, string state) => texts.Or($"State.{state}", state);

    /// <summary>A suffix that the provider has invented since is shown as it came.</summary>
    public static string Health(this IStringLocalizer<NumbersTexts> texts, string health) => texts.Or($"Health.{health}", health.Replace('_', ' '));

    public static (BadgeKind Kind, string Text) Event(this IStringLocalizer<NumbersTexts> texts, string name) => name switch
    {
        "number.recovered" => (BadgeKind.Ok, texts["Recovered"]),
        _ when name.StartsWith(HealthEvent, StringComparison.Ordinal) => (HealthKind(name[HealthEvent.Length..]), texts.Health(name[HealthEvent.Length..])),
        _ when name.StartsWith("number.", StringComparison.Ordinal) => (StateKind(name["number.".Length..]), texts.State(name["number.".Length..])),
        _ => (BadgeKind.Neutral, name),
    };

    public static string Share(this IStringLocalizer<NumbersTexts> texts, double? share) => share is { } value ? Percent(value) : texts["NotKnown"];

    /// <summary>A share as a percentage that is 100 only when nothing is missing.</summary>
    public static string Percent(double share) => $"{(Math.Floor(share * 1000) / 10).ToString("0.#", CultureInfo.CurrentCulture)}%";

    private static string Or(this IStringLocalizer<NumbersTexts> texts, string key, string otherwise)
        => texts[key] is { ResourceNotFound: false } text ? text : otherwise;
}
