using PilotHooks.TestSupport;

namespace PilotHooks.Migrations.Tests;

/// <summary>One run of the program.</summary>
internal sealed record MigrationRun(int ExitCode, string Output)
{
    public static async Task<MigrationRun> OfAsync(IReadOnlyDictionary<string, string?> environment)
    {
        await using var run = await ServiceProcess.StartAsync("PilotHooks.Migrations", environment, waitUntilHealthy: false);
        await Eventually.GetAsync(() => Task.FromResult(run.HasExited), ended => ended);
        return new(run.ExitCode, run.Output);
    }
}
