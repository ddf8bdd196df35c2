namespace PilotHooks.Ingress.Signatures;

/// <summary>What the check of a signature or token found.</summary>
internal enum SignatureResult
{
    Valid,
    SignatureMissing,
    SignatureRepeated,
    SignaturePrefixMissing,
    SignatureMalformed,
    SignatureMismatch,
    TokenMissing,
    TokenRepeated,
    TokenPrefixMissing,
    TokenMismatch,
}
