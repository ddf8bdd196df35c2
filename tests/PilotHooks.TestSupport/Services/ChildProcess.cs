using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace PilotHooks.TestSupport.Services;

/// <summary>A process with its output kept (the last part of it), ended at the latest with this one.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int MaxOutput = 4 * 1024 * 1024;
    private const int SigTerm = 15;

    private readonly StringBuilder _output = new();
    private readonly EventHandler _onExit;
    private int _openStreams = 2;
    private bool _isDisposed;

    public ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        Process = new Process { StartInfo = start };
        Process.OutputDataReceived += (_, line) => Keep(line.Data);
        Process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _onExit = (_, _) => Kill();
        Process.Start();
        AppDomain.CurrentDomain.ProcessExit += _onExit;
        ProcessReaper.Watch(Process);
        Process.StandardInput.Close();
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    /// <summary>Whether it has ended, and all that it wrote has been read.</summary>
    public bool HasEnded => Process.HasExited && Volatile.Read(ref _openStreams) == 0;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public string LastLines => string.Join('\n', Output.Split('\n').TakeLast(60));

    public void Kill()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.WaitForExit(TimeSpan.FromSeconds(10));
        ProcessReaper.Forget(Process);
    }

    public void KillAlone()
    {
        Process.Kill();
        Process.WaitForExit(TimeSpan.FromSeconds(10));
        ProcessReaper.Forget(Process);
    }

    /// <summary>Asks it to end and waits; one that does not within the time is killed, and that is an error.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        if (!Process.HasExited)
        {
            _ = SendSignal(Process.Id, SigTerm);
        }

        using var deadline = new CancellationTokenSource(within);
        try
        {
            await Process.WaitForExitAsync(deadline.Token);
            ProcessReaper.Forget(Process);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new TimeoutException($"{Process.StartInfo.FileName} {string.Join(' ', Process.StartInfo.ArgumentList)} did not end within {within}:\n{LastLines}");
        }
    }

    /// <summary>May be called again: what fails while a service starts disposes of it, and so does whoever held it then.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        AppDomain.CurrentDomain.ProcessExit -= _onExit;
        Kill();
        Process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            Interlocked.Decrement(ref _openStreams);
            return;
        }

        lock (_output)
        {
            _output.Append(line).Append('\n');
            if (_output.Length > MaxOutput)
            {
                _output.Remove(0, _output.Length / 2);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
