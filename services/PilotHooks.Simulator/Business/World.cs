using System.Globalization;
using Microsoft.Extensions.Options;

namespace PilotHooks.Simulator.Business;

/// <summary>A number of the business.</summary>
/// <param name="MetaId">Its id at Meta, in native envelopes.</param>
internal sealed record BusinessNumber(string Id, string Phone, string DisplayName, string ProfileName, string MetaId);

internal sealed record Contact(string Name, string Phone);

/// <summary>A group or a channel.</summary>
internal sealed record Room(string Id, string Name);

internal sealed record Media(string Type, string Link, string? Caption, string Filename);

/// <summary>What a number can fall ill with.</summary>
internal sealed record Illness(string Suffix, string Error, string ErrorCode);

/// <summary>
/// Who is in the business, and the chance in it. All of it is fictional. Stories are told one at a time, so that a seed
/// gives the same ones again.
/// </summary>
internal sealed class World
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _awayUntil = [];
    private readonly Random _chance;
    private int _stalls;

    public World(IOptions<SimulatorOptions> options)
    {
        Seed = options.Value.Seed ?? Random.Shared.Next();
        _chance = new Random(Seed);
    }

    /// <summary>With it the same stories can be told again.</summary>
    public int Seed { get; }

    /// <summary>Those that are always there. Their ids stay the same from run to run.</summary>
    public IReadOnlyList<BusinessNumber> Numbers { get; } =
    [
        new("cmm0mainstore", "+5511900000101", "Main store", "Padaria Sol Nascente", "200000000000101"),
        new("cmm0support", "+5511900000102", "Support desk", "Sol Nascente Support", "200000000000102"),
        new("cmm0delivery", "+5511900000103", "Deliveries", "Sol Nascente Deliveries", "200000000000103"),
    ];

    public IReadOnlyList<Contact> Contacts { get; } =
        [.. new[] { "Ana Prado", "Bruno Lima", "Célia Rocha", "Davi Nunes", "Elisa Moura", "Fábio Reis", "Glória Dias", "Hugo Pires" }
            .Select((name, index) => new Contact(name, string.Create(CultureInfo.InvariantCulture, $"+55119555000{index + 10}")))];

    public Room Group { get; } = new("120363000000000101@g.us", "Neighbours of Rua das Flores");

    public Room Channel { get; } = new("120363000000000201@newsletter", "Sol Nascente: bread of the day");

    public IReadOnlyList<Illness> Illnesses { get; } =
    [
        new("degraded", "Too many people marked messages as unwanted.", "QUALITY_LOW"),
        new("blocked", "Sending is blocked for the moment.", "SENDING_BLOCKED"),
        new("shadowban", "Messages go out but hardly any arrive.", "SHADOWBAN_SUSPECTED"),
    ];

    /// <summary>Tells one story at a time.</summary>
    public T Tell<T>(Func<World, T> story)
    {
        lock (_gate)
        {
            return story(this);
        }
    }

    public T Pick<T>(IReadOnlyList<T> from) => from[_chance.Next(from.Count)];

    public bool Happens(double share) => _chance.NextDouble() < share;

    public double Between(double low, double high) => low + (_chance.NextDouble() * (high - low));

    public TimeSpan Seconds(double low, double high) => TimeSpan.FromSeconds(Between(low, high));

    /// <summary>A number that is not away at this moment.</summary>
    public BusinessNumber AnyNumber(DateTimeOffset at)
    {
        var there = Numbers.Where(number => !_awayUntil.TryGetValue(number.Id, out var until) || until <= at).ToList();
        return Pick(there.Count > 0 ? there : Numbers);
    }

    /// <summary>Nothing else happens to the number until then.</summary>
    public void Away(BusinessNumber number, DateTimeOffset until) => _awayUntil[number.Id] = until;

    /// <summary>A number for a market stall: it comes and goes, each time as a new one.</summary>
    public BusinessNumber NewStall()
    {
        var index = ++_stalls % 100;
        return new BusinessNumber(
            Id("cmm1"), string.Create(CultureInfo.InvariantCulture, $"+55119000002{index:00}"), "Market stall", "Sol Nascente at the market",
            string.Create(CultureInfo.InvariantCulture, $"2000000000002{index:00}"));
    }

    public string Id(string prefix) => prefix + Text("0123456789abcdefghijklmnopqrstuvwxyz", 21);

    public string UpperId(string prefix) => prefix + Text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 26);

    public string Token(int length) => Text("0123456789abcdefghijklmnopqrstuvwxyz", length);

    /// <summary>Half of them as one kind of provider makes them, half as Meta does: base64, with all its odd characters.</summary>
    public string MessageId() => Happens(0.5) ? Text("0123456789ABCDEF", 32) : Wamid("wamid.");

    public string Wamid(string prefix)
    {
        var bytes = new byte[40];
        _chance.NextBytes(bytes);
        return prefix + Convert.ToBase64String(bytes);
    }

    public Guid Guid()
    {
        var bytes = new byte[16];
        _chance.NextBytes(bytes);
        return new Guid(bytes);
    }

    private string Text(string alphabet, int length) => string.Create(length, (alphabet, _chance), static (text, from) =>
    {
        foreach (ref var letter in text)
        {
            letter = from.alphabet[from._chance.Next(from.alphabet.Length)];
        }
    });
}
