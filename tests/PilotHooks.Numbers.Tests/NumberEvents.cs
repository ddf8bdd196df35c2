using System.Text.Json;
using PilotHooks.Contracts;

namespace PilotHooks.Numbers.Tests;

/// <summary>Events of numbers as the provider sends them.</summary>
internal static class NumberEvents
{
    /// <summary>A number that no other test knows.</summary>
    public static string NewNumberId() => $"cmm{Guid.NewGuid():N}";

    /// <param name="createdAt">The time as the provider writes it; empty for none.</param>
    public static NumberChanged Make(
        string name, string numberId, DateTimeOffset at, string? profileName = null, string? error = null, string? errorCode = null, Guid? eventId = null, string? createdAt = null)
    {
        var data = new Dictionary<string, string>
        {
            ["numberId"] = numberId,
            ["phone"] = "+5511999999999",
            ["displayName"] = "Main store",
        };
        Add("createdAt", createdAt switch { null => at.UtcDateTime.ToString("O"), "" => null, _ => createdAt });
        Add("profileName", profileName);
        Add("error", error);
        Add("errorCode", errorCode);
        return OfJson(name, numberId, at, JsonSerializer.SerializeToUtf8Bytes(new { @event = name, data }), eventId);

        void Add(string field, string? value)
        {
            if (value is not null)
            {
                data[field] = value;
            }
        }
    }

    public static NumberChanged OfJson(string name, string numberId, DateTimeOffset at, byte[] json, Guid? eventId = null)
        => new(eventId ?? Guid.NewGuid(), name, "whatsapp", numberId, at, at.AddSeconds(1), json);
}
