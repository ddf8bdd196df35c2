using System.Text.Json;

namespace PilotHooks.AppHost.Commands;

/// <summary>The result of a command that asked a service over HTTP.</summary>
internal static class CommandResult
{
    /// <summary>Shows the answer, or the detail of its problem.</summary>
    public static async Task<ExecuteCommandResult> FromAnswerAsync(HttpCommandResultContext context)
    {
        var body = await context.Response.Content.ReadAsStringAsync(context.CancellationToken);
        if (context.Response.IsSuccessStatusCode)
        {
            return body.Length == 0 ? CommandResults.Success() : CommandResults.Success("Done.", body, CommandResultFormat.Json, displayImmediately: true);
        }

        return CommandResults.Failure(DetailOf(body) ?? $"The service answered {(int)context.Response.StatusCode}.");
    }

    private static string? DetailOf(string body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // No problem document: the status code says what there is to say.
        }
    }
}
