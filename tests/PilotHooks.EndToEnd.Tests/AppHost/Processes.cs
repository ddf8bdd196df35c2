using System.Text;

namespace PilotHooks.EndToEnd.Tests.AppHost;

/// <summary>The living processes that inherited a mark in their environment, whoever is their parent by now.</summary>
internal static class Processes
{
    public const string MarkName = "PILOTHOOKS_TEST_MARK";

    /// <summary>Their ids and command lines.</summary>
    public static IReadOnlyList<string> With(string mark)
    {
        var needle = Encoding.UTF8.GetBytes($"{MarkName}={mark}");
        var found = new List<string>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                // A zombie has no environment any more.
                if (File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(needle) >= 0)
                {
                    found.Add($"{Path.GetFileName(folder)} {File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ')}");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another user's, or gone since.
            }
        }

        return found;
    }
}
