using Npgsql;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Deliveries;

/// <summary>Where and how an endpoint is called, as its row said when deliveries were taken; those share one.</summary>
internal sealed class DeliveryTarget
{
    /// <summary>Of <c>endpoints e</c>, the last ones of a query.</summary>
    public const string Columns = "e.url, e.format, e.signature, e.secret, CASE WHEN e.old_secret_until > now() THEN e.old_secret END AS old_secret, e.new_secret_accepted";

    /// <summary>The first of them, where Dapper divides a row.</summary>
    public const string SplitOn = "url";

    private Secret[]? _secrets;

    public required string Url { get; init; }

    public required string Format { get; init; }

    public required string Signature { get; init; }

    public required byte[] Secret { get; init; }

    /// <summary>The secret before a rotation, while it still signs.</summary>
    public byte[]? OldSecret { get; init; }

    /// <summary>Whether, of the two, the endpoint accepted the new one last; at first it is taken to know the old one.</summary>
    public bool NewSecretAccepted { get; set; }

    /// <summary>Of the reader's row, whose <see cref="Columns"/> begin at <paramref name="first"/>.</summary>
    public static DeliveryTarget Read(NpgsqlDataReader reader, int first) => new()
    {
        Url = reader.GetString(first),
        Format = reader.GetString(first + 1),
        Signature = reader.GetString(first + 2),
        Secret = reader.GetFieldValue<byte[]>(first + 3),
        OldSecret = reader.IsDBNull(first + 4) ? null : reader.GetFieldValue<byte[]>(first + 4),
        NewSecretAccepted = reader.GetBoolean(first + 5),
    };

    /// <summary><see cref="Url"/>, read once.</summary>
    public Uri Uri => field ??= new Uri(Url);

    /// <summary>Those that sign, the newest first, unlocked once: that costs more than signing.</summary>
    public Secret[] Secrets(SecretVault vault) => _secrets ??= OldSecret is { } old ? [vault.Unlock(Secret), vault.Unlock(old)] : [vault.Unlock(Secret)];
}
