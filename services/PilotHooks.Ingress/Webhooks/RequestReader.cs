using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PilotHooks.Ingress.Signatures;
using PilotHooks.Ingress.Sources;
using PilotHooks.ServiceDefaults.Api;

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
/// Reads a body once everything that can be checked without it is, and checks its signature before anything is made of it:
/// over the bytes as they came, else over the unpacked ones, since the providers do not say which they sign.
/// </summary>
internal sealed class RequestReader(IOptions<RequestLimits> limits)
{
    private readonly TimeSpan _deadline = limits.Value.BodyDeadline;

    /// <param name="source">The source that the request is for.</param>
    /// <param name="request">The request.</param>
    /// <param name="share">The memory that the body may take; given back as soon as the source has proved itself.</param>
    public async ValueTask<ReadRequest> ReadAsync(Source source, HttpRequest request, BodyShare share)
    {
        if (!MediaTypes.IsJson(request.ContentType))
        {
            return Refused(null, StatusCodes.Status415UnsupportedMediaType, "media-type", "The content type is to be application/json in UTF-8.");
        }

        if (ContentCoding.Of(request.Headers.ContentEncoding) is not { } codings)
        {
            return Refused(null, StatusCodes.Status415UnsupportedMediaType, "content-encoding", "The content encoding is to be identity, gzip, deflate or br.");
        }

        if (request.ContentLength > WebhookBody.MaxLength)
        {
            return TooLarge("body");
        }

        var given = Given(source, request);
        if (Failure(source, SignatureVerifier.VerifyBeforeBody(source, given)) is { } unproven)
        {
            return new(null, unproven);
        }

        var hasProved = source.Authentication is SourceAuthentication.QueryToken or SourceAuthentication.HeaderToken;
        var (result, received) = await WebhookBody.ReadAsync(request, new BodyLimits(WebhookBody.MaxLength, _deadline, hasProved ? null : share));
        if (received is null)
        {
            return Unread(result);
        }

        var read = codings.Length == 0
            ? new ReadRequest(received, Failure(source, SignatureVerifier.VerifyBody(source, given, received)))
            : Unpack(source, given, codings, received);
        if (source.Authentication != SourceAuthentication.None)
        {
            share.Dispose();
            return read;
        }

        // Whoever proves nothing holds its part until it is answered, unpacked too.
        return read.Body is null || share.TryGrowTo(read.Body.Length) ? read : Unread(BodyResult.NoRoom);
    }

    private ReadRequest Unread(BodyResult result) => result switch
    {
        BodyResult.TooLarge => TooLarge("body"),
        BodyResult.TooSlow => Refused(null, StatusCodes.Status408RequestTimeout, "too-slow", $"The body did not come within {_deadline.TotalSeconds:0} seconds."),
        _ => Refused(null, StatusCodes.Status503ServiceUnavailable, "busy", "Too many bodies are being received just now. Send it again."),
    };

    private static ReadRequest Unpack(Source source, StringValues given, string[] codings, byte[] received)
    {
        var signature = SignatureVerifier.VerifyBody(source, given, received);
        if (signature is not (SignatureResult.Valid or SignatureResult.SignatureMismatch))
        {
            return new(received, Failure(source, signature));
        }

        var unpacked = ContentCoding.Unpack(codings, received, out var body);
        if (signature != SignatureResult.Valid && (unpacked != UnpackResult.Unpacked || SignatureVerifier.VerifyBody(source, given, body) != SignatureResult.Valid))
        {
            return new(body, Failure(source, signature));
        }

        return unpacked switch
        {
            UnpackResult.Unpacked => new(body, null),
            UnpackResult.TooLarge => TooLarge("unpacked body"),
            _ => Refused(received, StatusCodes.Status400BadRequest, "malformed", "The body is not packed as its content encoding says."),
        };
    }

    private static Rejection? Failure(Source source, SignatureResult signature) => signature == SignatureResult.Valid
        ? null
        : new Rejection(StatusCodes.Status401Unauthorized, SignatureWords.Name(signature), SignatureWords.Detail(signature, source));

    private static ReadRequest TooLarge(string what)
        => Refused(null, StatusCodes.Status413PayloadTooLarge, "too-large", $"The {what} is larger than {WebhookBody.MaxLength} bytes.");

    private static ReadRequest Refused(byte[]? body, int status, string reason, string detail) => new(body, new Rejection(status, reason, detail));

    private static StringValues Given(Source source, HttpRequest request) => source.Authentication switch
    {
        SourceAuthentication.None => StringValues.Empty,
        SourceAuthentication.QueryToken => request.Query[source.TokenParameter],
        _ => request.Headers[source.HeaderName],
    };
}
