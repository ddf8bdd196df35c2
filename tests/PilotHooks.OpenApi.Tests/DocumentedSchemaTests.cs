using System.Text.Json.Nodes;
using PilotHooks.TestSupport;

namespace PilotHooks.OpenApi.Tests;

/// <summary>What the contract is held against finds what it is to find.</summary>
public sealed class DocumentedSchemaTests
{
    private static readonly JsonObject Document = JsonNode.Parse(
        """
        {
          "components": {
            "schemas": {
              "Page": { "type": "object", "properties": { "items": { "type": "array", "items": { "$ref": "#/components/schemas/Item" } } }, "required": ["items"] },
              "Item": { "type": "object", "properties": { "id": { "type": "string", "format": "uuid" }, "at": { "type": ["null", "string"], "format": "date-time" } }, "required": ["id", "at"] }
            }
          }
        }
        """)!.AsObject();

    [Theory]
    [InlineData("""{"items":[{"id":"6f9619ff-8b86-5011-b42d-00c04fc964ff","at":null}]}""", true)]
    [InlineData("""{"items":[]}""", true)]
    [InlineData("""{}""", false)]
    [InlineData("""{"items":[{"id":"6f9619ff-8b86-5011-b42d-00c04fc964ff"}]}""", false)]
    [InlineData("""{"items":[{"id":"6f9619ff-8b86-5011-b42d-00c04fc964ff","at":null,"more":1}]}""", false)]
    [InlineData("""{"items":[{"id":"none","at":null}]}""", false)]
    [InlineData("""{"items":[{"id":"6f9619ff-8b86-5011-b42d-00c04fc964ff","at":"yesterday"}]}""", false)]
    [InlineData("""{"items":[{"id":1,"at":null}]}""", false)]
    public void Schema_finds_what_is_missing_unknown_or_of_another_kind(string json, bool holds)
        => DocumentedSchema.Of(Document, JsonNode.Parse("""{ "$ref": "#/components/schemas/Page" }""")!)
            .Faults(json).Any().ShouldBe(!holds);
}
