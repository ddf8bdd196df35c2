using System.Text.Json;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Meta's native calls envelope (facts.md, 3.1). Pilot Status does not say which part of it arrives, so it is known by its
/// shape, in any of three: whole, its <c>value</c> alone, or either within <c>{event, data}</c>.
/// </summary>
internal ref partial struct EventFieldsReader
{
    /// <summary>Meta's <c>entry[].changes[]</c>.</summary>
    private void ReadEntries(ref EventFields fields)
    {
        if (!BeginArray())
        {
            return;
        }

        while (NextObject())
        {
            while (NextName(out var name))
            {
                if (name.SequenceEqual("changes"u8))
                {
                    ReadChanges(ref fields);
                }
                else
                {
                    SkipValue();
                }
            }
        }
    }

    private void ReadChanges(ref EventFields fields)
    {
        if (!BeginArray())
        {
            return;
        }

        while (NextObject())
        {
            while (NextName(out var name))
            {
                if (name.SequenceEqual("field"u8))
                {
                    _json.Read();
                    fields.HasNativeCalls |= _json.TokenType == JsonTokenType.String && _json.ValueSpan.SequenceEqual("calls"u8);
                    _json.Skip();
                }
                else if (name.SequenceEqual("value"u8) && BeginObject())
                {
                    while (NextName(out var property))
                    {
                        if (!TryReadNative(ref fields, property))
                        {
                            SkipValue();
                        }
                    }
                }
                else if (!name.SequenceEqual("value"u8))
                {
                    SkipValue();
                }
            }
        }
    }

    /// <summary>What a native <c>value</c> is known by: <c>calls</c>, or <c>statuses</c> of calls.</summary>
    private bool TryReadNative(ref EventFields fields, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("calls"u8))
        {
            ReadCalls(ref fields, areStatuses: false);
        }
        else if (name.SequenceEqual("statuses"u8))
        {
            ReadCalls(ref fields, areStatuses: true);
        }
        else if (name.SequenceEqual("metadata"u8))
        {
            ReadMetadata(ref fields);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ReadCalls(ref EventFields fields, bool areStatuses)
    {
        if (!BeginArray())
        {
            return;
        }

        while (NextObject())
        {
            var call = default(EventFields);
            var isCall = !areStatuses;
            while (NextName(out var name))
            {
                if (name.SequenceEqual("from"u8))
                {
                    TakeFirst(ref call.NativeFrom);
                }
                else if (name.SequenceEqual("to"u8))
                {
                    TakeFirst(ref call.NativeTo);
                }
                else if (name.SequenceEqual("direction"u8))
                {
                    TakeFirst(ref call.NativeDirection);
                }
                else if (name.SequenceEqual("timestamp"u8))
                {
                    TakeFirst(ref call.NativeTimestamp);
                }
                else if (name.SequenceEqual("type"u8))
                {
                    _json.Read();
                    isCall |= _json.TokenType == JsonTokenType.String && _json.ValueSpan.SequenceEqual("call"u8);
                    _json.Skip();
                }
                else
                {
                    SkipValue();
                }
            }

            if (isCall && fields.NativeTimestamp.Kind == JsonTextKind.Absent)
            {
                (fields.NativeFrom, fields.NativeTo) = (call.NativeFrom, call.NativeTo);
                (fields.NativeDirection, fields.NativeTimestamp) = (call.NativeDirection, call.NativeTimestamp);
            }

            fields.HasNativeCalls |= isCall;
        }
    }

    private void ReadMetadata(ref EventFields fields)
    {
        if (!BeginObject())
        {
            return;
        }

        while (NextName(out var name))
        {
            if (name.SequenceEqual("display_phone_number"u8))
            {
                TakeFirst(ref fields.DisplayPhone);
            }
            else
            {
                SkipValue();
            }
        }
    }
}
