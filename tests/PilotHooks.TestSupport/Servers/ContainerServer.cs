using System.Diagnostics;
using PilotHooks.TestSupport.Services;

namespace PilotHooks.TestSupport.Servers;

/// <summary>A server in a container of its own, whose port and data outlive a stop.</summary>
internal sealed class ContainerServer(ServerKind kind, int port, string password) : IServerHost
{
    private static readonly Lazy<bool> Answers = new(() => Run("info", "--format", "{{.ServerVersion}}").Ok);

    private readonly string _name = $"pilothooks-tests-{kind.Name}-{Environment.ProcessId}-{port}";
    private bool _created;

    /// <summary>Whether a container engine answers on this machine.</summary>
    public static bool IsAvailable => Answers.Value;

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
        Undertaker.WatchContainer(_name);
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
            Undertaker.ForgetContainer(_name);
            _created = false;
        }
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var (ok, output) = await Task.Run(() => Run(arguments));
        if (!ok)
        {
            throw new InvalidOperationException($"docker {arguments[0]} failed: {output}");
        }
    }

    private static (bool Ok, string Output) Run(params string[] arguments)
    {
        try
        {
            using var docker = new ChildProcess(new ProcessStartInfo("docker", arguments));
            docker.Process.WaitForExit();
            return (docker.Process.ExitCode == 0, docker.Output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (false, "docker is not on PATH");
        }
    }
}
