namespace PilotHooks.TestSupport.Servers;

/// <summary>Where a server runs: as native processes or in a container.</summary>
internal interface IServerHost : IAsyncDisposable
{
    Task StartAsync();

    Task StopAsync();

    Task KillAsync();

    /// <summary>What it said last, if it has ended; null while it runs.</summary>
    Task<string?> EndedAsync();
}
