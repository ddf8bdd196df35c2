namespace PilotHooks.Console.Components.Reference;

/// <summary>The OpenAPI document as its page shows it.</summary>
public sealed record ReferenceModel(
    string Description,
    string Key,
    IReadOnlyList<ReferenceGroup> Groups,
    IReadOnlyList<ReferenceOperation> Webhooks,
    IReadOnlyList<ReferenceSchema> Schemas);

/// <summary>The operations of one part of the API.</summary>
public sealed record ReferenceGroup(string Name, string Description, IReadOnlyList<ReferenceOperation> Operations);

/// <summary>A call that the API answers, or one that a subscriber gets.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Of a call to a subscriber the format.</param>
/// <param name="Server">Where it is answered, if not by the console.</param>
public sealed record ReferenceOperation(
    string Id, string Method, string Path, string? Server, string Summary, string? Description,
    IReadOnlyList<ReferenceField> Parameters, ReferenceContent? Body, IReadOnlyList<ReferenceAnswer> Answers);

/// <summary>An answer by its status.</summary>
public sealed record ReferenceAnswer(string Status, string Description, ReferenceContent? Content);

/// <summary>A body.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Schema">What it holds; null where only the type is known.</param>
/// <param name="Examples">By what each shows.</param>
public sealed record ReferenceContent(string Type, ReferenceSchema? Schema, IReadOnlyList<(string? Name, string Text)> Examples);

/// <summary>A named shape, or one without a name.</summary>
public sealed record ReferenceSchema(string? Name, string? Description, IReadOnlyList<ReferenceField> Fields);

/// <summary>A field of a body, a parameter or a header.</summary>
/// <param name="Place">Where a parameter stands.</param>
/// <param name="Type">In words, without the named shape.</param>
/// <param name="Schema">The named shape.</param>
/// <param name="Values">All values that there are, if few.</param>
public sealed record ReferenceField(
    string Name,
    string? Place,
    bool IsRequired,
    string Type,
    string? Schema,
    IReadOnlyList<string> Values,
    string? Description,
    string? Example);
