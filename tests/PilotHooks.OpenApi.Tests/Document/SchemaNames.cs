using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using PilotHooks.Messaging.Forms;
using PilotHooks.Relay.Archive;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>What the document calls the types of the services.</summary>
internal static class SchemaNames
{
    private static readonly string[] Suffixes = ["View", "Model"];

    /// <summary>What is answered as it was received.</summary>
    public static readonly IReadOnlyCollection<Type> AnyJson =
        [typeof(object), typeof(JsonElement), typeof(JsonElement?), typeof(RawJson), typeof(ReceivedJson)];

    /// <summary>Null for a type that is written out where it is used.</summary>
    public static string? Of(JsonTypeInfo info)
        => info.Type is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Page<>) ? $"{Of(type.GetGenericArguments()[0])}Page"
            : Nullable.GetUnderlyingType(info.Type) is not null || AnyJson.Contains(info.Type) ? null
            : OpenApiOptions.CreateDefaultSchemaReferenceId(info) is null ? null
            : Of(info.Type);

    private static string Of(Type type) => type.Name switch
    {
        nameof(ProblemDetails) => "Problem",
        "AuditItem" => "AuditEntry",
        "DeadLetterItem" => "DeadLetter",
        "DeadLetterWithPayload" => "DeadLetterDetail",
        "NamedView" => "GroupOrNewsletter",
        "OriginalView" => "RepliedMessage",
        "Replayed" => "ReplayedDeadLetter",
        "Queued" => "QueuedDeadLetters",
        "OverviewModel" => "Overview",
        var name when type.Namespace!.EndsWith(".Overview", StringComparison.Ordinal) => $"Overview{Short(name)}",
        var name => Short(name),
    };

    private static string Short(string name)
        => Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix ? name[..^suffix.Length] : name;
}
