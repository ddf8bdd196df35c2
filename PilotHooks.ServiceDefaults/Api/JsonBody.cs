using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// A call's body as a JSON object, as an endpoint parameter. An empty body, one that is no object, and one whose text is no
/// text (half a surrogate pair) are answered 400, and so nothing that an endpoint reads of it throws.
/// </summary>
public sealed record JsonBody(JsonElement Root)
{
    /// <summary>Read by the framework for an endpoint parameter of this type.</summary>
    public static async ValueTask<JsonBody> BindAsync(HttpContext context)
        => await ReadAsync(context.Request, context.RequestAborted) ?? throw new BadHttpRequestException("The body is empty; it is a JSON object.");

    /// <summary>The body where it may be left out; null where it is.</summary>
    public static async Task<JsonBody?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        if (body.Length == 0)
        {
            return null;
        }

        return request.HasJsonContentType()
            ? Parse(new ReadOnlySpan<byte>(body.GetBuffer(), 0, (int)body.Length))
            : throw new BadHttpRequestException("The body is application/json.", StatusCodes.Status415UnsupportedMediaType);
    }

    private static JsonBody Parse(ReadOnlySpan<byte> body)
    {
        body = body.StartsWith("\uFEFF"u8) ? body["\uFEFF"u8.Length..] : body;
        try
        {
            if (!Utf8.IsValid(body) || !HasOnlyText(body))
            {
                throw new BadHttpRequestException("The body holds text that is not Unicode.");
            }

            var reader = new Utf8JsonReader(body);
            var root = JsonElement.ParseValue(ref reader);
            return root.ValueKind == JsonValueKind.Object ? new JsonBody(root) : throw new BadHttpRequestException("The body is no JSON object.");
        }
        catch (JsonException)
        {
            throw new BadHttpRequestException("The body is not JSON.");
        }
    }

    /// <summary>Whether every escape stands for a character. Reads to the end, and so finds what follows the value, too.</summary>
    private static bool HasOnlyText(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var text = ArrayPool<char>.Shared.Rent(body.Length);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.CopyString(text);
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }
}
