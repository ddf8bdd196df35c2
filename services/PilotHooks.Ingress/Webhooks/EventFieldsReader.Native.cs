namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Meta's native calls envelope (facts.md, 3.1). Pilot Status does not say which part of it arrives, so it is known by its
/// shape, in any of three: whole, its <c>value</c> alone, or either within <c>{event, data}</c>.
/// </summary>
internal ref partial struct EventFieldsReader
{
    /// <summary>What a native envelope is known by, at its top or within its <c>value</c>.</summary>
    private bool TryReadNative(ref NativeFields fields, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("entry"u8))
        {
            ReadEntries(ref fields);
            return true;
        }

        return TryReadNativeValue(ref fields, name);
    }

    /// <summary>What a native <c>value</c> is known by: <c>calls</c>, or <c>statuses</c> of calls.</summary>
    private bool TryReadNativeValue(ref NativeFields fields, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("calls"u8))
        {
            fields.Call = ReadFirstCall(areStatuses: false);
        }
        else if (name.SequenceEqual("statuses"u8))
        {
            fields.Status = ReadFirstCall(areStatuses: true);
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

    /// <summary>Meta's <c>entry[].changes[]</c>: the first of calls says what the envelope is of.</summary>
    private void ReadEntries(ref NativeFields fields)
    {
        fields = default;
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

    private void ReadChanges(ref NativeFields fields)
    {
        if (!BeginArray())
        {
            return;
        }

        while (NextObject())
        {
            var change = ReadChange();
            if (!fields.HasCalls)
            {
                fields = change;
            }
        }
    }

    private NativeFields ReadChange()
    {
        var value = default(NativeFields);
        var isOfCalls = false;
        while (NextName(out var name))
        {
            if (name.SequenceEqual("field"u8))
            {
                isOfCalls = IsText("calls"u8);
            }
            else if (name.SequenceEqual("value"u8))
            {
                value = ReadChangedValue();
            }
            else
            {
                SkipValue();
            }
        }

        value.IsOfCalls = isOfCalls;
        return value;
    }

    private NativeFields ReadChangedValue()
    {
        var value = default(NativeFields);
        if (!BeginObject())
        {
            return value;
        }

        while (NextName(out var name))
        {
            if (!TryReadNativeValue(ref value, name))
            {
                SkipValue();
            }
        }

        return value;
    }

    /// <summary>The first call with a time, else whether there is any.</summary>
    private NativeCall ReadFirstCall(bool areStatuses)
    {
        var first = default(NativeCall);
        if (!BeginArray())
        {
            return first;
        }

        while (NextObject())
        {
            var call = ReadCall(areStatuses);
            if (call.IsThere && (!first.IsThere || first.Timestamp.Kind == JsonTextKind.Absent))
            {
                first = call;
            }
        }

        return first;
    }

    private NativeCall ReadCall(bool isStatus)
    {
        var call = default(NativeCall);
        var isCall = false;
        while (NextName(out var name))
        {
            if (name.SequenceEqual("from"u8))
            {
                Take(ref call.From);
            }
            else if (name.SequenceEqual("to"u8))
            {
                Take(ref call.To);
            }
            else if (name.SequenceEqual("direction"u8))
            {
                Take(ref call.Direction);
            }
            else if (name.SequenceEqual("timestamp"u8))
            {
                Take(ref call.Timestamp);
            }
            else if (name.SequenceEqual("type"u8))
            {
                isCall = IsText("call"u8);
            }
            else
            {
                SkipValue();
            }
        }

        call.IsThere = isCall || !isStatus;
        return call;
    }

    private void ReadMetadata(ref NativeFields fields)
    {
        fields.DisplayPhone = default;
        if (!BeginObject())
        {
            return;
        }

        while (NextName(out var name))
        {
            if (name.SequenceEqual("display_phone_number"u8))
            {
                Take(ref fields.DisplayPhone);
            }
            else
            {
                SkipValue();
            }
        }
    }
}
