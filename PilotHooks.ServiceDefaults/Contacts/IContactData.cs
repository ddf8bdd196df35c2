using System.IO.Pipelines;
using System.Text.Json;

namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>What one service holds of people. All of it can be asked for or done again, whatever was interrupted.</summary>
public interface IContactData
{
    /// <summary>Erases everything of the person; returns how many rows went or changed. In small transactions.</summary>
    Task<long> EraseAsync(ContactId contact, CancellationToken cancellationToken);

    /// <summary>Writes the same as the properties of an object, row by row.</summary>
    Task ExportAsync(ContactId contact, ExportWriter export, CancellationToken cancellationToken);
}

/// <summary>Writes an export without holding it whole.</summary>
public sealed class ExportWriter(Utf8JsonWriter json, PipeWriter output)
{
    private const int MaxPending = 32 * 1024;

    public Utf8JsonWriter Json => json;

    /// <summary>Writes a list under this name, item by item.</summary>
    public async Task ListAsync<T>(string name, IAsyncEnumerable<T> items, CancellationToken cancellationToken)
    {
        json.WriteStartArray(name);
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            JsonSerializer.Serialize(json, item, Api.ApiJson.Options);
            if (json.BytesPending + output.UnflushedBytes > MaxPending)
            {
                await FlushAsync(cancellationToken);
            }
        }

        json.WriteEndArray();
    }

    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Into the pipe; only the pipe goes to the network.
        json.Flush();
        await output.FlushAsync(cancellationToken);
    }
}
