using System.Diagnostics;
using System.Globalization;

namespace PilotHooks.Benchmarks.Telemetry;

/// <summary><see cref="OtlpSink"/> in its process.</summary>
internal sealed class OtlpSinkProcess : IAsyncDisposable
{
    private readonly Process _process;

    private OtlpSinkProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public static async Task<OtlpSinkProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(OtlpSink).Assembly.Location, "otlp-sink"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return new OtlpSinkProcess(process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The OTLP receiver has ended."));
    }

    /// <summary>Bytes of traces that came until now.</summary>
    public async Task<long> TraceBytesAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return long.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The OTLP receiver has ended."), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
