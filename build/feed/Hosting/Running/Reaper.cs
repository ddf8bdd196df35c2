using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Running;

/// <summary>
/// Ends what this process started when this process is killed and can end nothing itself: a shell in a session of its
/// own, which learns of every process group and acts when its input ends.
/// </summary>
internal sealed class Reaper : IDisposable
{
    // A zombie is dead, though kill -0 finds it: without an init nobody may ever collect it.
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT HUP TERM
        alive() {
          if [ -r /proc/self/stat ]; then
            read -r stat <"/proc/$1/stat" || return 1
            case ${stat##*") "} in [ZX]*) return 1 ;; esac
            return 0
          fi
          kill -0 "$1"
        }
        live=
        while read -r verb pid; do
          others=
          for known in $live; do [ "$known" = "$pid" ] || others="$others $known"; done
          live=$others
          [ "$verb" = end ] || live="$pid $live"
        done
        for pid in $live; do kill -TERM "$pid"; done
        left=200
        while [ "$left" -gt 0 ]; do
          any=
          for pid in $live; do alive "$pid" && any=1; done
          [ -n "$any" ] || break
          sleep 0.1
          left=$((left - 1))
        done
        for pid in $live; do kill -KILL "-$pid"; done
        """;

    private readonly Process? _shell;
    private readonly Lock _turn = new();

    public Reaper()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var start = ProcessGroup.Command("/bin/sh", ["-c", Script]);
        start.RedirectStandardInput = true;
        _shell = Process.Start(start);
        _shell!.StandardInput.AutoFlush = true;
    }

    /// <summary>From now on the group of this process ends with us.</summary>
    public void Add(int processId) => Tell("add", processId);

    /// <summary>It has ended.</summary>
    public void Remove(int processId) => Tell("end", processId);

    public void Dispose()
    {
        _shell?.StandardInput.Close();
        _shell?.WaitForExit(TimeSpan.FromSeconds(5));
        _shell?.Dispose();
    }

    private void Tell(string verb, int processId)
    {
        lock (_turn)
        {
            _shell?.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verb} {processId}"));
        }
    }
}
