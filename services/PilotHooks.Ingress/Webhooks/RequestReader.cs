using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using PilotHooks.Ingress.Signatures;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>A request's body, unpacked where it was packed, or why the request is refused.</summary>
/// <param name="Body">What was read; null if nothing was.</param>
/// <param name="Rejection">Null if the body is of a source that proved itself.</param>
internal readonly record struct ReadRequest(byte[]? Body, Rejection? Rejection)
{
    public bool IsRefused([NotNullWhen(false)] out byte[]? body, out Rejection rejection)
    {
        (body, rejection) = (Body, Rejection.GetValueOrDefault());
        return Rejection is not null || body is null;
    }
}

/// <summary>
/// Reads a body and checks its signature before anything is made of it: over the bytes as they came, else over the unpacked
/// ones, since the providers do not say which they sign.
/// </summary>
internal static class RequestReader
{
    public static async ValueTask<ReadRequest> ReadAsync(Source source, HttpRequest request)
    {
        if (!MediaTypes.IsJson(request.ContentType))
        {
            return Refused(null, StatusCodes.Status415UnsupportedMediaType, "media-type", "The content type is to be application/json in UTF-8.");
        }

        if (ContentCoding.Of(request.Headers.ContentEncoding) is not { } codings)
        {
            return Refused(null, StatusCodes.Status415UnsupportedMediaType, "content-encoding", "The content encoding is to be identity, gzip, deflate or br.");
        }

        if (await WebhookBody.ReadAsync(request) is not { } received)
        {
            return Refused(null, StatusCodes.Status413PayloadTooLarge, "too-large", $"The body is larger than {WebhookBody.MaxLength} bytes.");
        }

        return codings.Length == 0
            ? new(received, Failure(source, SignatureVerifier.Verify(source, Given(source, request), received)))
            : Unpack(source, request, codings, received);
    }

    private static ReadRequest Unpack(Source source, HttpRequest request, string[] codings, byte[] received)
    {
        var given = Given(source, request);
        var signature = SignatureVerifier.Verify(source, given, received);
        if (signature is not (SignatureResult.Valid or SignatureResult.SignatureMismatch))
        {
            return new(received, Failure(source, signature));
        }

        var unpacked = ContentCoding.Unpack(codings, received, out var body);
        if (signature != SignatureResult.Valid && (unpacked != UnpackResult.Unpacked || SignatureVerifier.Verify(source, given, body) != SignatureResult.Valid))
        {
            return new(body, Failure(source, signature));
        }

        return unpacked switch
        {
            UnpackResult.Unpacked => new(body, null),
            UnpackResult.TooLarge => Refused(null, StatusCodes.Status413PayloadTooLarge, "too-large", $"The unpacked body is larger than {WebhookBody.MaxLength} bytes."),
            _ => Refused(received, StatusCodes.Status400BadRequest, "malformed", "The body is not packed as its content encoding says."),
        };
    }

    private static Rejection? Failure(Source source, SignatureResult signature) => signature == SignatureResult.Valid
        ? null
        : new Rejection(StatusCodes.Status401Unauthorized, SignatureWords.Name(signature), SignatureWords.Detail(signature, source));

    private static ReadRequest Refused(byte[]? body, int status, string reason, string detail) => new(body, new Rejection(status, reason, detail));

    private static StringValues Given(Source source, HttpRequest request) => source.Authentication switch
    {
        SourceAuthentication.None => StringValues.Empty,
        SourceAuthentication.QueryToken => request.Query[source.TokenParameter],
        _ => request.Headers[source.HeaderName],
    };
}
