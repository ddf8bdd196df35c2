using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Forms;

/// <summary>
/// The fields of a submission side by side: what lies in an object is named by the way to it, with dots between; a list
/// is one field.
/// </summary>
internal static class FormFields
{
    /// <summary>Every field with its value, in the order received. The values borrow from the document.</summary>
    public static IEnumerable<(string Path, JsonElement Value)> Of(JsonElement fields, string prefix = "")
    {
        foreach (var property in fields.EnumerateObject())
        {
            var path = prefix + NameOf(property);
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.EnumerateObject().Any())
            {
                foreach (var field in Of(property.Value, $"{path}."))
                {
                    yield return field;
                }
            }
            else
            {
                yield return (path, property.Value);
            }
        }
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return ProviderJson.Storable(property.Name);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: then as it was written, escapes and all.
            return ProviderJson.Storable(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property)));
        }
    }
}
