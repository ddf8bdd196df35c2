using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;

namespace PilotHooks.Browser.Tests.Screens;

/// <summary>A screen of the console as it is checked and pictured.</summary>
/// <param name="Name">Of its pictures.</param>
/// <param name="Path">Of its page, found out when it is needed: it may hold an id.</param>
/// <param name="Prepare">What to do on it first, such as opening a dialog.</param>
internal sealed record Screen(string Name, Func<ConsoleSystem, Task<string>> Path, Func<IPage, Task>? Prepare = null)
{
    public Screen(string name, string path, Func<IPage, Task>? prepare = null)
        : this(name, _ => Task.FromResult(path), prepare)
    {
    }
}
