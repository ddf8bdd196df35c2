using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace PilotHooks.Ingress.Sources;

/// <summary>Refuses to start with a source that could not work, naming the key and what it may be. Never prints a secret.</summary>
internal sealed partial class SourceOptionsValidator : IValidateOptions<SourcesOptions>
{
    public ValidateOptionsResult Validate(string? name, SourcesOptions options)
    {
        var failures = options.Sources.SelectMany(source => Failures($"{SourcesOptions.Section}:{source.Key}", source.Key, source.Value)).ToList();
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Failures(string key, string name, SourceOptions source)
    {
        if (!SourceName().IsMatch(name))
        {
            yield return $"{key}: the name of a source is 1 to 64 letters, digits, '-', '_' or '.'.";
        }

        if (!Words.Formats.ContainsKey(source.Format))
        {
            yield return OneOf($"{key}:Format", source.Format, Words.Formats.Keys);
        }

        if (!Words.Encodings.Contains(source.Encoding))
        {
            yield return OneOf($"{key}:Encoding", source.Encoding, Words.Encodings);
        }

        if (!Words.SecretEncodings.Contains(source.SecretEncoding))
        {
            yield return OneOf($"{key}:SecretEncoding", source.SecretEncoding, Words.SecretEncodings);
        }

        if (source.RateLimit is < 1 or > 1_000_000)
        {
            yield return $"{key}:RateLimit is {source.RateLimit}; it is requests per second, 1 to 1000000, or absent for none.";
        }

        if (source.NumberId is { } numberId && (numberId.Length is 0 or > 255 || numberId.Any(char.IsControl)))
        {
            yield return $"{key}:NumberId is 1 to 255 characters, none of them a control character.";
        }

        if (!Words.Authentications.TryGetValue(source.Authentication, out var authentication))
        {
            yield return OneOf($"{key}:Authentication", source.Authentication, Words.Authentications.Keys);
        }
        else if (authentication != SourceAuthentication.None)
        {
            foreach (var failure in SecretFailures(key, source, authentication))
            {
                yield return failure;
            }
        }
    }

    private static IEnumerable<string> SecretFailures(string key, SourceOptions source, SourceAuthentication authentication)
    {
        if (authentication == SourceAuthentication.QueryToken ? source.TokenParameter.Length == 0 : !HeaderName().IsMatch(source.HeaderName))
        {
            yield return authentication == SourceAuthentication.QueryToken
                ? $"{key}:TokenParameter is empty; it is the name of the URL's parameter, such as 'token'."
                : $"{key}:HeaderName is '{source.HeaderName}', which is no name of a header.";
        }

        if (source.Secrets.Length == 0 || source.Secrets.Any(string.IsNullOrWhiteSpace))
        {
            yield return $"{key}:Secrets is empty, and {key}:Authentication is '{source.Authentication}'. Set {key}:Secrets:0 "
                + $"(environment: {key.Replace(":", "__", StringComparison.Ordinal)}__Secrets__0) to the secret that the provider shows, "
                + "several for a change of secrets, or Authentication to 'none'.";
        }
        else if (authentication == SourceAuthentication.Hmac && source.SecretEncoding == "base64"
            && source.Secrets.Any(secret => Source.DecodeSecret(secret) is not { Length: > 0 }))
        {
            yield return $"{key}:Secrets holds one that is not base64 after 'whsec_', and {key}:SecretEncoding is 'base64'.";
        }
    }

    private static string OneOf(string key, string value, IEnumerable<string> words)
        => $"{key} is '{value}'; it is one of {string.Join(", ", words)}.";

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex SourceName();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}\z")]
    private static partial Regex HeaderName();
}
