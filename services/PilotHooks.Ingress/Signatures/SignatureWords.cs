using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Signatures;

/// <summary>What a sender and the metrics are told about a failed check: which one, never what was expected.</summary>
internal static class SignatureWords
{
    public static string Name(SignatureResult result) => result switch
    {
        SignatureResult.SignatureMissing => "signature-missing",
        SignatureResult.SignatureRepeated => "signature-repeated",
        SignatureResult.SignaturePrefixMissing => "signature-prefix-missing",
        SignatureResult.SignatureMalformed => "signature-malformed",
        SignatureResult.SignatureMismatch => "signature-mismatch",
        SignatureResult.TokenMissing => "token-missing",
        SignatureResult.TokenRepeated => "token-repeated",
        SignatureResult.TokenPrefixMissing => "token-prefix-missing",
        SignatureResult.TokenMismatch => "token-mismatch",
        _ => "valid",
    };

    public static string Detail(SignatureResult result, Source source)
    {
        var place = source.Authentication == SourceAuthentication.QueryToken ? $"The URL's '{source.TokenParameter}'" : $"The header '{source.HeaderName}'";
        return result switch
        {
            SignatureResult.SignatureMissing or SignatureResult.TokenMissing => $"{place} is missing.",
            SignatureResult.SignatureRepeated or SignatureResult.TokenRepeated => $"{place} is there more than once.",
            SignatureResult.SignaturePrefixMissing or SignatureResult.TokenPrefixMissing => $"{place} does not start with '{source.Prefix}'.",
            SignatureResult.SignatureMalformed => $"{place} is not an HMAC-SHA256 in {(source.Encoding == SignatureEncoding.Base64 ? "base64" : "hex")}.",
            SignatureResult.SignatureMismatch => $"{place} does not match the body.",
            _ => $"{place} is not a token of this source.",
        };
    }
}
