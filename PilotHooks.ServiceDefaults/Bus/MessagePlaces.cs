using System.Text.Json;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>Finds a fact in the first of several objects and names (<see cref="Contracts.MessageFields"/>) that holds it.</summary>
internal static class MessagePlaces
{
    public static string? First(JsonElement[] places, IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            foreach (var place in places)
            {
                if (place.At(path).Text() is { } text)
                {
                    return text;
                }
            }
        }

        return null;
    }

    public static IReadOnlyList<string> All(JsonElement[] places, IReadOnlyList<string> paths)
        => [.. places.SelectMany(place => paths.Select(path => place.At(path).Text())).OfType<string>()];

    public static bool? Flag(JsonElement[] places, IReadOnlyList<string> paths)
    {
        foreach (var value in places.SelectMany(place => paths.Select(path => place.At(path))))
        {
            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return value.GetBoolean();
            }

            if (bool.TryParse(value.Text(), out var flag))
            {
                return flag;
            }
        }

        return null;
    }

    public static bool IsObject(JsonElement element) => element.ValueKind == JsonValueKind.Object;
}
