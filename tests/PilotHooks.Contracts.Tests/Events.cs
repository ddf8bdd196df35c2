namespace PilotHooks.Contracts.Tests;

/// <summary>One of each kind of event.</summary>
internal static class Events
{
    public static readonly DateTimeOffset OccurredAt = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);
    public static readonly DateTimeOffset ReceivedAt = OccurredAt.AddTicks(4_567_891);

    /// <summary>Odd on purpose: escapes, white space, a member order and a number that no serializer would write again like this.</summary>
    public static ReadOnlyMemory<byte> Payload { get; } = """{ "z":"\u00e9\/é", "n":1.50E+2 , "a" : [ ] }"""u8.ToArray();

    public static IWebhookEvent Make(Type kind, string? numberId = "num_1")
        => (IWebhookEvent)Activator.CreateInstance(kind, Guid.NewGuid(), "some.event", "whatsapp", numberId, OccurredAt, ReceivedAt, Payload)!;
}
