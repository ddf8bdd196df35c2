using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Messaging.Sending;

/// <summary>The provider that messages are sent through.</summary>
internal sealed class ProviderOptions : IValidatableObject
{
    public const string Section = "Provider";

    /// <summary>Its base address, such as <c>https://pilotstatus.com.br</c>. Without one nothing can be sent.</summary>
    public Uri? Url { get; init; }

    /// <summary>Our key there, sent as <c>x-api-key</c>.</summary>
    public string? Key { get; init; }

    /// <summary>How long one attempt may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a send may take with all its attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts after the first, made only where the provider has certainly not taken the message.</summary>
    [Range(0, 10)]
    public int Retries { get; init; } = 2;

    /// <summary>A longer <c>Retry-After</c> is the caller's to wait for.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not null && (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult("Provider:Url is an absolute http or https address.", [nameof(Url)]);
        }
    }
}
