using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace PilotHooks.Ingress.Sources;

/// <summary>
/// Makes a source of its section of the configuration, <c>Sources:&lt;name&gt;</c>, or says what is wrong there: the key, and what
/// it may be. Whatever could leave a source open by mistake is wrong. No secret is in its words.
/// </summary>
/// <param name="section">The section; it may be empty for a source that exists by default.</param>
/// <param name="defaults">The format and authentication where the section names none.</param>
/// <param name="failures">Takes what is wrong.</param>
internal sealed partial class SourceParser(IConfigurationSection section, SourceDefaults defaults, List<string> failures)
{
    /// <summary>The settings of a source. Those of its proof are wrong beside an authentication of none, where they would prove nothing.</summary>
    private static readonly FrozenDictionary<string, bool> IsOfProof = new Dictionary<string, bool>
    {
        [nameof(Source.Format)] = false,
        [nameof(Source.Authentication)] = false,
        [nameof(Source.RateLimit)] = false,
        [nameof(Source.NumberId)] = false,
        [SecretList.Key] = true,
        [nameof(SecretEncoding)] = true,
        [nameof(Source.HeaderName)] = true,
        [nameof(Source.Prefix)] = true,
        [nameof(Source.Encoding)] = true,
        [nameof(Source.TokenParameter)] = true,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private const string Proving = "'query-token', 'header-token' or 'hmac'";

    private readonly int _failuresBefore = failures.Count;

    /// <summary>Null if something is wrong.</summary>
    public Source? Parse()
    {
        CheckKeys();
        var format = Word(nameof(Source.Format), SourceWords.Formats) ?? defaults.Format;
        var encoding = Word(nameof(Source.Encoding), SourceWords.Encodings) ?? SignatureEncoding.Hex;
        var secretEncoding = Word(nameof(SecretEncoding), SourceWords.SecretEncodings) ?? SecretEncoding.Text;
        var authentication = Authentication();
        var source = new Source
        {
            Name = section.Key,
            Format = format,
            Authentication = authentication ?? SourceAuthentication.Hmac,
            HeaderName = section[nameof(Source.HeaderName)] ?? Source.DefaultHeaderName,
            Prefix = section[nameof(Source.Prefix)] ?? "",
            Encoding = encoding,
            TokenParameter = section[nameof(Source.TokenParameter)] ?? Source.DefaultTokenParameter,
            Keys = authentication is { } decided ? SecretList.Parse(section, decided, secretEncoding, failures) : [],
            RateLimit = RateLimit(),
            NumberId = NumberId(),
        };
        CheckPlace(source);
        return failures.Count == _failuresBefore ? source : null;
    }

    private void CheckKeys()
    {
        Fail(!SourceName().IsMatch(section.Key), $"{section.Path}: the name of a source is 1 to 64 letters, digits, '-', '_' or '.'.");
        Fail(section.Value is { Length: > 0 }, $"{section.Path} is a value; a source has settings below it, such as {section.Path}:Authentication.");
        foreach (var setting in section.GetChildren())
        {
            var isKnown = IsOfProof.ContainsKey(setting.Key);
            Fail(!isKnown, $"{setting.Path} is no setting of a source; there are {string.Join(", ", IsOfProof.Keys.Order(StringComparer.Ordinal))}.");
            Fail(isKnown && !setting.Key.Equals(SecretList.Key, StringComparison.OrdinalIgnoreCase) && setting.GetChildren().Any(), $"{setting.Path} is one value, and settings lie below it.");
        }
    }

    /// <summary>Null if it is not decided, which is wrong wherever it would leave the source open without being asked for.</summary>
    private SourceAuthentication? Authentication()
    {
        var given = section[nameof(Source.Authentication)] is not null;
        var word = Word(nameof(Source.Authentication), SourceWords.Authentications);
        var proofs = section.GetChildren().Where(setting => IsOfProof.GetValueOrDefault(setting.Key) && HasValue(setting)).Select(setting => setting.Key).ToList();
        if (given)
        {
            Fail(
                word == SourceAuthentication.None && proofs.Count > 0,
                $"{section.Path}:{proofs.FirstOrDefault()} is set, and {section.Path}:Authentication is 'none', with which it proves nothing. Remove it, or set Authentication to {Proving}.");
            return word;
        }

        if (proofs.Count > 0 && defaults.Authentication is null or SourceAuthentication.None)
        {
            failures.Add($"{section.Path}:{proofs[0]} is set, and {section.Path}:Authentication is not, so that nothing would be checked. Set it to {Proving}.");
            return null;
        }

        if (defaults.Authentication is null)
        {
            failures.Add(Undecided());
        }

        return defaults.Authentication;
    }

    /// <summary>With a token made for it, which is valid only once it is configured, and the address that the provider is given then.</summary>
    private string Undecided()
    {
        var (variable, token) = (section.Path.Replace(":", "__", StringComparison.Ordinal), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        return $"{section.Path}:Authentication is not set, and by default a source takes events from nobody. "
            + $"To take them by a token, such as the one made here, set {variable}__Authentication=query-token and {variable}__Secrets__0={token} "
            + $"and give the provider the address https://<your host>/hooks/{section.Key}?token={token} instead of the one without it. "
            + "There are also 'header-token' and 'hmac', and 'none', with which anyone who knows the address may post.";
    }

    private int? RateLimit()
    {
        if (section[nameof(Source.RateLimit)] is not { Length: > 0 } text)
        {
            return null;
        }

        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 1_000_000;
        Fail(!isNumber, $"{section.Path}:RateLimit is {text}; it is requests per second, 1 to 1000000, or absent for none.");
        return limit;
    }

    private string? NumberId()
    {
        var numberId = section[nameof(Source.NumberId)];
        Fail(
            numberId is not null && (numberId.Length is 0 or > 255 || numberId.Any(char.IsControl)),
            $"{section.Path}:NumberId is 1 to 255 characters, none of them a control character.");
        return numberId;
    }

    private void CheckPlace(Source source)
    {
        Fail(
            source.Authentication == SourceAuthentication.QueryToken && source.TokenParameter.Length == 0,
            $"{section.Path}:TokenParameter is empty; it is the name of the URL's parameter, such as 'token'.");
        Fail(
            source.Authentication is SourceAuthentication.HeaderToken or SourceAuthentication.Hmac && !HeaderName().IsMatch(source.HeaderName),
            $"{section.Path}:HeaderName is '{source.HeaderName}', which is no name of a header.");
    }

    /// <summary>Null if it is absent or wrong.</summary>
    private T? Word<T>(string key, FrozenDictionary<string, T> words)
        where T : struct
    {
        if (section[key] is not { } text)
        {
            return null;
        }

        var isKnown = words.TryGetValue(text, out var value);
        Fail(!isKnown, $"{section.Path}:{key} is '{text}'; it is one of {string.Join(", ", words.Keys)}.");
        return isKnown ? value : null;
    }

    private static bool HasValue(IConfigurationSection setting) => !string.IsNullOrWhiteSpace(setting.Value) || setting.GetChildren().Any();

    private void Fail(bool isWrong, string failure)
    {
        if (isWrong)
        {
            failures.Add(failure);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex SourceName();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}\z")]
    private static partial Regex HeaderName();
}
