using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>One process of a resource: its lines go to the log, its end is told.</summary>
internal sealed class ResourceProcess
{
    private const int KeptLines = 20;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly Task _exited;

    private ResourceProcess(string name, Process process, ResourceLog log, Reaper reaper, Action<ResourceProcess> onExit)
    {
        Name = name;
        _process = process;
        reaper.Add(process.Id);
        LetGo(process);
        var output = Task.WhenAll(ReadAsync(process.StandardOutput, log), ReadAsync(process.StandardError, log));
        _exited = ExitAsync(output, reaper, onExit);
    }

    public string Name { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public IEnumerable<string> LastLines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public static ResourceProcess Start(string name, ProcessStartInfo start, ResourceLog log, Reaper reaper, Action<ResourceProcess> onExit)
    {
        try
        {
            return new ResourceProcess(name, Process.Start(start)!, log, reaper, onExit);
        }
        catch (Win32Exception exception)
        {
            throw new DistributedApplicationException($"'{name}' cannot be started: {exception.Message}");
        }
    }

    /// <summary>Asks it to end, and ends it when it does not.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            ProcessGroup.Stop(_process);
            using var patience = new CancellationTokenSource(StopTimeout);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!_process.HasExited)
        {
            ProcessGroup.End(_process);
        }

        await _exited.ConfigureAwait(false);
    }

    /// <summary>It waits for a line; after that nothing reads from us.</summary>
    private static void LetGo(Process process)
    {
        try
        {
            process.StandardInput.WriteLine("go");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already, which is told as any other end.
        }
    }

    private async Task ReadAsync(StreamReader reader, ResourceLog log)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lines)
            {
                _lines.Enqueue(line);
                if (_lines.Count > KeptLines)
                {
                    _lines.Dequeue();
                }
            }

            log.Write(Name, line);
        }
    }

    private async Task ExitAsync(Task output, Reaper reaper, Action<ResourceProcess> onExit)
    {
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        // What it started and left behind is in its group, and may hold its output open.
        ProcessGroup.End(_process);
        reaper.Remove(_process.Id);
        await output.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        onExit(this);
    }
}
