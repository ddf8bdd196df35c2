using System.Diagnostics;
using PilotHooks.TestSupport.Services;

namespace PilotHooks.TestSupport.Servers;

/// <summary>A server in a container of its own, whose port and data outlive a stop.</summary>
internal sealed class ContainerServer(ServerKind kind, int port, string password) : IServerHost
{
    private static readonly Lazy<string?> Engine = new(() => Array.Find(["docker", "podman"], engine => RunWith(engine, "info").Ok));

    private readonly string _name = $"pilothooks-tests-{kind.Name}-{Environment.ProcessId}-{port}";
    private bool _created;

    /// <summary>Whether a container engine answers on this machine.</summary>
    public static bool IsAvailable => Engine.Value is not null;

    public async Task StartAsync()
    {
        if (_created)
        {
            await RunAsync("start", _name);
            return;
        }

        var arguments = kind.ContainerArguments(password);
        var command = arguments.SkipWhile(argument => argument != "--command").Skip(1);
        await RunAsync(["create", "--name", _name, "-p", $"127.0.0.1:{port}:{kind.ContainerPort}", .. arguments.TakeWhile(argument => argument != "--command"), kind.Image, .. command]);
        _created = true;
        Undertaker.WatchContainer(Engine.Value!, _name);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove();
        await RunAsync("start", _name);
    }

    public Task StopAsync() => RunAsync("stop", _name);

    public Task KillAsync() => RunAsync("kill", _name);

    public string? Ended()
        => Run("inspect", "-f", "{{.State.Running}}", _name).Output.Trim() == "false" ? Run("logs", "--tail", "60", _name).Output : null;

    public ValueTask DisposeAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    private void Remove()
    {
        if (_created)
        {
            Run("rm", "-f", "-v", _name);
            Undertaker.ForgetContainer(Engine.Value!, _name);
            _created = false;
        }
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var (ok, output) = await Task.Run(() => Run(arguments));
        if (!ok)
        {
            throw new InvalidOperationException($"{Engine.Value} {arguments[0]} failed: {output}");
        }
    }

    private static (bool Ok, string Output) Run(params string[] arguments) => RunWith(Engine.Value!, arguments);

    private static (bool Ok, string Output) RunWith(string engine, params string[] arguments)
    {
        try
        {
            using var process = new ChildProcess(new ProcessStartInfo(engine, arguments));
            process.Process.WaitForExit();
            return (process.Process.ExitCode == 0, process.Output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (false, $"{engine} is not on PATH");
        }
    }
}
