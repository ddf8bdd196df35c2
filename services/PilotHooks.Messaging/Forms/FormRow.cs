namespace PilotHooks.Messaging.Forms;

/// <summary>A submission as it is stored. <see cref="NumberId"/> is empty where it is of no known number; <see cref="Fields"/> are null once they are no longer kept.</summary>
internal sealed record FormRow
{
    public const string Select = "SELECT id, event_id, number_id, source, fields, submitted_at FROM forms";
    public const string NewestFirst = "ORDER BY submitted_at DESC, event_id DESC";

    public string? Id { get; init; }
    public Guid EventId { get; init; }
    public string NumberId { get; init; } = "";
    public string Source { get; init; } = "";
    public string? Fields { get; init; }
    public DateTimeOffset SubmittedAt { get; init; }

    public FormView ToView() => new(Id, EventId, NumberId.Length > 0 ? NumberId : null, Source, Fields is null ? null : new ReceivedJson(Fields), SubmittedAt);
}
