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

    /// <summary>
    /// Whether the provider is called through the proxy that the environment names (<c>HTTPS_PROXY</c>): not by itself, since
    /// a variable that is there for something else would lead our key and every message elsewhere.
    /// </summary>
    public bool UseProxy { get; init; }

    /// <summary>Whether a provider on another machine may be called without TLS, which only a local run may do by itself.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Whether the address is safe to send our key to: what stays on this machine is, too.</summary>
    public bool IsSafe(bool isDevelopment) => AllowHttp || isDevelopment || Url is not { IsAbsoluteUri: true } || Url.Scheme != Uri.UriSchemeHttp || Url.IsLoopback;

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
