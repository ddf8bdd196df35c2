namespace PilotHooks.Ingress.Sources;

/// <summary>A source as it is configured: every word decided, every key in bytes. <see cref="SourceParser"/> makes it.</summary>
internal sealed class Source
{
    public const string DefaultHeaderName = "X-Webhook-Signature";
    public const string DefaultTokenParameter = "token";

    public required string Name { get; init; }

    public SourceFormat Format { get; init; }

    public required SourceAuthentication Authentication { get; init; }

    /// <summary>The header of the signature or token.</summary>
    public string HeaderName { get; init; } = DefaultHeaderName;

    /// <summary>What stands before the signature or token in the header, such as <c>sha256=</c> or <c>Bearer </c>.</summary>
    public string Prefix { get; init; } = "";

    public SignatureEncoding Encoding { get; init; }

    /// <summary>The parameter of the token in the URL.</summary>
    public string TokenParameter { get; init; } = DefaultTokenParameter;

    /// <summary>HMAC keys, or tokens in UTF-8. Any of them is accepted, so that one can be replaced while the other still signs.</summary>
    public byte[][] Keys { get; init; } = [];

    /// <summary>Requests per second, over all replicas; null for none.</summary>
    public int? RateLimit { get; init; }

    /// <summary>The number that all of this source's events belong to, where they name none.</summary>
    public string? NumberId { get; init; }
}
