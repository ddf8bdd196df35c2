using System.Text.Json;
using PilotHooks.Console.Components.Forms;

namespace PilotHooks.Console.Tests.Components.Forms;

public sealed class FormCellsTests
{
    [Fact]
    public void Columns_are_the_fields_of_all_submissions_in_the_order_of_appearance()
    {
        FormItem[] forms = [Form("""{"name":"Ana","address":{"city":"Rio"},"none":null}"""), Form("""{"tags":["a",1],"address":{"city":"Belém","zip":"66"},"odd":"\ud800"}""")];

        var cells = new FormCells(forms);

        cells.Columns.ShouldBe(["name", "address.city", "tags", "address.zip", "odd"]);
        cells.Columns.Select(column => cells[forms[0], column]).ShouldBe(["Ana", "Rio", null, null, null]);
        cells.Columns.Select(column => cells[forms[1], column]).ShouldBe([null, "Belém", """["a",1]""", "66", "\"\\ud800\""]);
    }

    [Fact]
    public void Submission_of_any_width_makes_a_table_that_can_be_read()
    {
        var cells = new FormCells([Form($"{{{string.Join(',', Enumerable.Range(0, 100).Select(n => $"\"f{n}\":{n}"))}}}"), Form("[]")]);

        cells.Columns.Count.ShouldBe(40);
        cells.Hidden.ShouldBe(60);
    }

    private static FormItem Form(string fields) => new(null, Guid.NewGuid(), null, "platform", JsonDocument.Parse(fields).RootElement, DateTimeOffset.UnixEpoch);
}
