using PilotHooks.Browser.Tests.Screens;

namespace PilotHooks.Browser.Tests.Numbers;

/// <summary>All numbers and one of them.</summary>
internal static class NumbersScreens
{
    public static readonly IReadOnlyList<Screen> List = [new("numbers", "/numbers"), new("number", "/numbers/cmm0mainstore")];
}
