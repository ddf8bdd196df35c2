using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Console.Keys;

/// <summary>The first tenant key, which exists before the database does.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>Compared with what a call carries; never stored, returned or logged.</summary>
    [Required(ErrorMessage = "ApiKey, the first tenant key, is not configured."), MinLength(8, ErrorMessage = "ApiKey has at least 8 characters.")]
    public required string ApiKey { get; init; }
}
