using System.Globalization;
using PilotHooks.TestSupport.Services;

namespace PilotHooks.TestSupport.Servers;

/// <summary>A server of this machine, run by the AppHost's own script with data of its own.</summary>
internal sealed class NativeServer(ServerKind kind, int port, int? managementPort, string password) : IServerHost
{
    private readonly string _data = TestFolders.Make(kind.Name);
    private readonly string[] _morePorts = kind == ServerKind.Broker ? [Text(FreePort.Next()), Text(FreePort.Next()), .. managementPort is { } more ? [Text(more)] : Array.Empty<string>()] : [];
    private ChildProcess? _process;

    public Task StartAsync()
    {
        var script = Repository.PathOf("PilotHooks.AppHost", "LocalServers", $"{kind.Name}.sh");
        string[] arguments = ["sh", ServerGeneration.Script(script, Path.GetDirectoryName(_data)!), ServerGeneration.PathInside(_data), Text(port), .. _morePorts, .. kind.NativeArguments];
        var start = ServerGeneration.Command();
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PILOTHOOKS_PASSWORD"] = password;
        _process?.Dispose();
        _process = new ChildProcess(start);
        return Task.CompletedTask;
    }

    public Task StopAsync() => _process?.StopAsync(TimeSpan.FromSeconds(40)) ?? Task.CompletedTask;

    public Task KillAsync()
    {
        _process?.Kill();
        return Task.CompletedTask;
    }

    public Task<string?> EndedAsync() => Task.FromResult(_process is { Process.HasExited: true } ? _process.LastLines : null);

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        TestFolders.Delete(_data);
        return ValueTask.CompletedTask;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
