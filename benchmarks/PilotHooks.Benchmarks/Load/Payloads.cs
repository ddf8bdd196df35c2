using System.Globalization;
using System.Text;

namespace PilotHooks.Benchmarks.Load;

/// <summary>How the ids of events relate.</summary>
internal enum Ids
{
    /// <summary>Every event is of a message of its own.</summary>
    Fresh,

    /// <summary>Of five events, sent, delivered and read are of one message, and a reply answers it; one stands alone.</summary>
    Lifecycles,
}

/// <summary>
/// Requests built before the run: the provider's documented <c>message.*</c> examples, with texts of many lengths. Only
/// ids and a contact are written for each send, so that every event is new and making it costs nearly nothing.
/// </summary>
internal sealed class Payloads
{
    private const string SequencePlace = "^^^^^^^^^^^^^^^^";
    private const string MessagePlace = "################";
    private const string ContactPlace = "&&&&&&&&";
    private const int Kinds = 5;
    private const int Variants = 102 * Kinds;
    private const int Contacts = 100_000;

    private readonly Ids _ids;
    private readonly Request[] _requests;

    public Payloads(string path, Ids ids)
    {
        _ids = ids;
        // Fixed, so that every target of every run gets the same sizes in the same order.
        var random = new Random(20260224);
        _requests = [.. Enumerable.Range(0, Variants).Select(i => Request.Create(path, Body(i, random)))];
        AverageSize = (int)_requests.Average(request => request.BodyLength);
    }

    /// <summary>Bytes of a body, on average.</summary>
    public int AverageSize { get; }

    /// <summary>The largest request, head and body.</summary>
    public int MaxLength => _requests.Max(request => request.Bytes.Length);

    private static ReadOnlySpan<byte> Marker => "\"benchmark\":\""u8;

    /// <summary>Writes the whole request for this event; returns its length.</summary>
    public int Write(long sequence, Span<byte> target)
    {
        var request = _requests[sequence % Variants];
        request.Bytes.CopyTo(target);
        var kind = (int)(sequence % Kinds);
        // Of the lifecycle's five events the fourth is a message of its own.
        var message = _ids == Ids.Fresh || kind == 3 ? sequence : sequence - kind;
        foreach (var at in request.Sequences)
        {
            sequence.TryFormat(target[at..], out _, "x16", CultureInfo.InvariantCulture);
        }

        foreach (var at in request.Messages)
        {
            message.TryFormat(target[at..], out _, "x16", CultureInfo.InvariantCulture);
        }

        foreach (var at in request.ContactsAt)
        {
            ((message & int.MaxValue) / Kinds * 7919 % Contacts).TryFormat(target[at..], out _, "00000000", CultureInfo.InvariantCulture);
        }

        return request.Bytes.Length;
    }

    /// <summary>The body of this event alone.</summary>
    public byte[] Body(long sequence)
    {
        var request = _requests[sequence % Variants];
        var whole = new byte[request.Bytes.Length];
        Write(sequence, whole);
        return whole[^request.BodyLength..];
    }

    /// <summary>The sequence number of the next event in a body, which is cut behind it; -1 if none of ours is left.</summary>
    public static long NextSequence(ref ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf(Marker);
        if (at < 0 || !long.TryParse(body.Slice(at + Marker.Length, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence))
        {
            return -1;
        }

        body = body[(at + Marker.Length)..];
        return sequence;
    }

    private static string Body(int variant, Random random)
    {
        var at = $"2026-02-24T15:00:{variant % 60:00}.000Z";
        const string contact = $"+55119{ContactPlace}";
        const string own = "+5511888888888";
        var (name, fields) = (variant % Kinds) switch
        {
            0 => ("message.sent", $$""" "to":"{{contact}}","from":"{{own}}","messageId":"A5{{MessagePlace}}","id":"cm{{MessagePlace}}","fromMe":true,"correlationId":"corr_{{MessagePlace}}","""),
            1 => ("message.delivered", $$""" "to":"{{contact}}","from":"{{own}}","messageId":"A5{{MessagePlace}}","id":"cm{{MessagePlace}}","fromMe":true,"""),
            2 => ("message.read", $$""" "to":"{{contact}}","from":"{{own}}","messageId":"A5{{MessagePlace}}","id":"cm{{MessagePlace}}","fromMe":true,"""),
            3 => ("message.received", $$""" "from":"{{contact}}","to":"{{own}}","messageId":"B5{{MessagePlace}}","id":"cm{{MessagePlace}}","fromMe":false,"participantName":"WhatsApp name","""),
            _ => ("message.reply", $$""" "from":"{{contact}}","to":"{{own}}","messageId":"C5{{MessagePlace}}","id":"cn{{MessagePlace}}","fromMe":false,"contentReplied":"Hi! Do you confirm your appointment?","quotedMessageId":"A5{{MessagePlace}}","correlationId":"corr_{{MessagePlace}}","""),
        };
        return $$"""{"event":"{{name}}","data":{ {{fields.TrimStart()}}"numberId":"cmm0abc123","type":"text","content":"{{Text(random)}}","createdAt":"{{at}}","benchmark":"{{SequencePlace}}" """.TrimEnd() + "}}";
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        // Mostly short, some long, as chats are.
        var length = random.NextDouble() < 0.9 ? random.Next(10, 200) : random.Next(200, 2000);
        while (text.Length < length)
        {
            text.Append("Olá, confirmado para amanhã às 15 h. "[..Math.Min(37, length - text.Length)]);
        }

        return text.ToString();
    }

    private sealed record Request(byte[] Bytes, int BodyLength, int[] Sequences, int[] Messages, int[] ContactsAt)
    {
        public static Request Create(string path, string body)
        {
            var length = Encoding.UTF8.GetByteCount(body);
            var bytes = Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
            return new Request(bytes, length, Find(bytes, SequencePlace), Find(bytes, MessagePlace), Find(bytes, ContactPlace));
        }

        private static int[] Find(byte[] bytes, string place)
        {
            var wanted = Encoding.ASCII.GetBytes(place);
            var places = new List<int>();
            for (var from = 0; bytes.AsSpan(from).IndexOf(wanted) is >= 0 and var at; from += at + wanted.Length)
            {
                places.Add(from + at);
            }

            return [.. places];
        }
    }
}
