using System.Text;
using System.Text.Json;

namespace PilotHooks.Relay.Contacts;

/// <summary>Takes out of a body what it quotes of another message; all else stays byte for byte.</summary>
internal static class QuotedText
{
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>The same with null in place of each quoted text.</summary>
    public static byte[] Without(byte[] payload)
    {
        var start = payload.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(payload.AsSpan(start), AnyDepth);
        using var kept = new MemoryStream(payload.Length);
        var copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && (reader.ValueTextEquals("contentReplied"u8) || reader.ValueTextEquals("content_replied"u8)))
            {
                reader.Read();
                var from = start + (int)reader.TokenStartIndex;
                reader.Skip();
                kept.Write(payload.AsSpan(copied, from - copied));
                kept.Write("null"u8);
                copied = start + (int)reader.BytesConsumed;
            }
        }

        kept.Write(payload.AsSpan(copied));
        return kept.ToArray();
    }
}
