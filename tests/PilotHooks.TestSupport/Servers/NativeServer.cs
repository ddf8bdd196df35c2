using System.Diagnostics;
using System.Globalization;
using PilotHooks.TestSupport.Services;

namespace PilotHooks.TestSupport.Servers;

/// <summary>A server of this machine, run by the AppHost's own script with data of its own.</summary>
internal sealed class NativeServer(ServerKind kind, int port, string password) : IServerHost
{
    private const UnixFileMode Enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Root = new(MakeRoot);

    private readonly string _data = Path.Combine(Root.Value, $"{kind.Name}-{port}");
    private readonly string[] _morePorts = kind == ServerKind.Broker ? [Text(FreePort.Next()), Text(FreePort.Next())] : [];
    private ChildProcess? _process;

    public Task StartAsync()
    {
        // The scripts are found by the way up from the test's own assembly, artifacts/bin/<project>/<configuration>.
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "PilotHooks.sln")))
        {
            repository = repository.Parent;
        }

        var start = new ProcessStartInfo("sh");
        string[] arguments = [Path.Combine(repository!.FullName, "PilotHooks.AppHost", "LocalServers", $"{kind.Name}.sh"), _data, Text(port), .. _morePorts, .. kind.NativeArguments];
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

    public string? Ended() => _process is { Process.HasExited: true } ? _process.LastLines : null;

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        Delete(_data);
        return ValueTask.CompletedTask;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A folder named by this process; those of test processes that were killed are swept away.</summary>
    private static string MakeRoot()
    {
        var prefix = Path.Combine(Path.GetTempPath(), "pilothooks-tests-");
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), "pilothooks-tests-*"))
        {
            if (int.TryParse(folder.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && !Process.GetProcesses().Any(process => process.Id == id))
            {
                Delete(folder);
            }
        }

        var root = prefix + Text(Environment.ProcessId);
        // PostgreSQL runs as another user where the tests run as root.
        Directory.CreateDirectory(root);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(root, Enterable);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(root);
        return root;
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A server's last file is still being written, or the folder is another user's: the next run sweeps it away.
        }
    }
}
