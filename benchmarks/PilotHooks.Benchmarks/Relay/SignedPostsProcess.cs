using System.Diagnostics;
using System.Globalization;

namespace PilotHooks.Benchmarks.Relay;

/// <summary><see cref="SignedPosts"/> in its process.</summary>
internal sealed class SignedPostsProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SignedPostsProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static SignedPostsProcess Start()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SignedPosts).Assembly.Location, "posts"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // The generator's own; the floor runs as a service does.
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        return new SignedPostsProcess(Process.Start(start)!);
    }

    /// <summary>Posts the events to each URL; returns how many posts succeeded.</summary>
    public async Task<long> PostAsync(long first, long count, int loops, IEnumerable<Uri> urls)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{first} {count} {loops} {string.Join(' ', urls)}"));
        await _process.StandardInput.FlushAsync();
        return long.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The floor has ended."), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
