namespace PilotHooks.Ingress.Webhooks;

/// <summary>The few fields that name, identify, date and place an event, wherever its format has them.</summary>
internal struct EventFields
{
    // The event itself. Calls are flat, and so use the fields below from here.
    public JsonText Event;
    public JsonText Type;
    public JsonText CreatedAtSeconds;
    public JsonText CallId;
    public JsonText ExternalCallId;
    public JsonText Direction;
    public JsonText Status;

    /// <summary>At the top, for calls, for the platform's envelope and for what is unknown.</summary>
    public PartyFields Top;

    /// <summary>In <c>data</c>, for messages and numbers.</summary>
    public PartyFields Data;

    // In the platform's data.object.
    public JsonText ReportTimestamp;
    public JsonText ReportedAt;

    /// <summary>Meta's native envelope at the top.</summary>
    public NativeFields TopNative;

    /// <summary>Meta's native envelope in <c>data</c>.</summary>
    public NativeFields DataNative;

    public readonly NativeFields Native => DataNative.HasCalls ? DataNative : TopNative;
}

/// <summary>Fields that stand at the top of a flat event and in the <c>data</c> of one that is not.</summary>
internal struct PartyFields
{
    public JsonText Id;
    public JsonText MessageId;
    public JsonText NumberId;
    public JsonText From;
    public JsonText To;
    public JsonText Phone;
    public JsonText CreatedAt;
    public JsonText Timestamp;
}

/// <summary>What Meta's native envelope says of calls.</summary>
internal struct NativeFields
{
    /// <summary>Whether its <c>field</c> says so.</summary>
    public bool IsOfCalls;

    public JsonText DisplayPhone;
    public NativeCall Call;
    public NativeCall Status;

    public readonly bool HasCalls => IsOfCalls || Call.IsThere || Status.IsThere;

    /// <summary>The first call that carries a time.</summary>
    public readonly NativeCall First => Call.Timestamp.Kind == JsonTextKind.Absent ? Status : Call;
}

/// <summary>One entry of <c>calls</c>, or one of <c>statuses</c> that is of a call.</summary>
internal struct NativeCall
{
    public bool IsThere;
    public JsonText From;
    public JsonText To;
    public JsonText Direction;
    public JsonText Timestamp;
}
