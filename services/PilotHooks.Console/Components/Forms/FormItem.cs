using System.Text.Json;

namespace PilotHooks.Console.Components.Forms;

/// <summary>A submission as the API shows it: <see cref="Fields"/> as they were received.</summary>
internal sealed record FormItem(string? Id, Guid EventId, string? NumberId, string Source, JsonElement Fields, DateTimeOffset SubmittedAt);
