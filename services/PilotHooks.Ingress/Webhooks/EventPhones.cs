using PilotHooks.Ingress.Numbers;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>The phones that an event shows.</summary>
internal static class EventPhones
{
    /// <summary>The business's own phone: the sender of what is outbound, the recipient of what is inbound.</summary>
    public static Phone Own(ReadOnlySpan<byte> json, in EventFields fields, EventKind kind) => kind switch
    {
        EventKind.MessageStatusReported => ToPhone(json, fields.Data.From),
        EventKind.MessageReceived => ToPhone(json, fields.Data.To),
        EventKind.NumberChanged => ToPhone(json, fields.Data.Phone),
        _ => default,
    };

    /// <summary>
    /// Who called whom, the business first as far as the direction tells: it is called in what is inbound and asked in a
    /// permission, and calls in what is outbound. A native envelope names its own phone.
    /// </summary>
    public static (Phone First, Phone Second) Parties(ReadOnlySpan<byte> json, in EventFields fields, in NativeFields native)
    {
        var call = native.First;
        var display = ToPhone(json, native.DisplayPhone);
        var direction = fields.Direction.Kind == JsonTextKind.Absent ? call.Direction : fields.Direction;
        var from = ToPhone(json, fields.Top.From.Kind == JsonTextKind.Absent ? call.From : fields.Top.From);
        var to = ToPhone(json, fields.Top.To.Kind == JsonTextKind.Absent ? call.To : fields.Top.To);
        var isOutbound = direction.TryGetIdentity(json, out var word) && (word.SequenceEqual("OUTBOUND"u8) || word.SequenceEqual("BUSINESS_INITIATED"u8));
        return display.IsKnown ? (display, isOutbound ? from : to) : isOutbound ? (from, to) : (to, from);
    }

    private static Phone ToPhone(ReadOnlySpan<byte> json, JsonText field)
        => field.TryGetIdentity(json, out var text) ? Phone.Parse(text) : default;
}
