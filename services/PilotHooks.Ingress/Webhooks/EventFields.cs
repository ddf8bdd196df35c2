namespace PilotHooks.Ingress.Webhooks;

/// <summary>The few fields that name, identify, date and place an event, wherever its format has them.</summary>
internal struct EventFields
{
    // The event itself. Calls are flat, and so use the fields below from here.
    public JsonText Event;
    public JsonText Type;
    public JsonText EnvelopeId;
    public JsonText CreatedAtSeconds;
    public JsonText CallId;
    public JsonText ExternalCallId;
    public JsonText Direction;
    public JsonText Status;

    /// <summary>At the top, for calls and for what is unknown.</summary>
    public PartyFields Top;

    /// <summary>In <c>data</c>, for messages and numbers.</summary>
    public PartyFields Data;

    // In the platform's data.object.
    public JsonText ReportTimestamp;
    public JsonText ReportedAt;

    // In Meta's native envelope, wherever that is.
    public bool HasNativeCalls;
    public JsonText DisplayPhone;
    public JsonText NativeFrom;
    public JsonText NativeTo;
    public JsonText NativeDirection;
    public JsonText NativeTimestamp;
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
