using System.Globalization;
using System.Net;
using System.Text;

namespace PilotHooks.Messaging.Tests.Forms;

[Collection(MessagingCollection.Name)]
public sealed class FormExportTests(MessagingSystem system)
{
    private static int _next;

    // A minute of its own, long before any other test's submissions.
    private readonly DateTimeOffset _minute = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(Interlocked.Increment(ref _next));

    private string Range => $"since={_minute:yyyy-MM-ddTHH:mm:ssZ}&until={_minute.AddMinutes(1):yyyy-MM-ddTHH:mm:ssZ}";

    [Fact]
    public async Task Export_has_a_column_for_every_field_of_any_submission()
    {
        await SubmitAsync(1, """{"form":"a","customer":{"name":"Ana","phone":"+5511999999999"},"tags":["x","y"],"sum":-1.50}""");
        await SubmitAsync(2, """{"customer":{"name":"João \"Jo\" Silva","city":"Rio, RJ"},"note":"two\r\nlines","ok":true,"none":null,"empty":{}}""");

        var (text, headers) = await ExportAsync($"v1/forms.csv?{Range}", rows: 2);

        headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8; header=present");
        headers.ContentDisposition!.ToString().ShouldContain("forms.csv");
        text.ShouldStartWith("\uFEFF");
        var lines = text[1..].Split("\r\n");
        lines[0].ShouldBe("submittedAt,numberId,source,id,eventId,customer.name,customer.city,note,ok,none,empty,form,customer.phone,tags,sum");
        lines[1].ShouldStartWith($"{_minute.AddSeconds(2):yyyy-MM-ddTHH:mm:ss.fffZ},num_store,store,evt_");
        lines[1].ShouldEndWith(",\"João \"\"Jo\"\" Silva\",\"Rio, RJ\",\"two");
        lines[2].ShouldBe("lines\",true,,{},,,,");
        lines[3].ShouldEndWith(",Ana,,,,,,a,'+5511999999999,\"[\"\"x\"\",\"\"y\"\"]\",-1.50");
        lines[4..].ShouldBe([""]);
    }

    [Fact]
    public async Task Export_of_nothing_is_a_header()
        => (await ExportAsync($"v1/forms.csv?{Range}", rows: 0)).Text.ShouldBe("\uFEFFsubmittedAt,numberId,source,id,eventId\r\n");

    [Fact]
    public async Task Export_goes_on_where_a_page_of_the_list_ends()
    {
        await Task.WhenAll(Enumerable.Range(0, 57).Select(n => SubmitAsync(n, $$"""{"n":{{n}}}""")));

        var (text, _) = await ExportAsync($"v1/forms.csv?{Range}", rows: 57);

        text.TrimEnd().Split("\r\n").Skip(1).Select(line => int.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture)).ShouldBe(Enumerable.Range(0, 57).Reverse());
    }

    [Fact]
    public async Task Export_takes_a_semicolon_and_no_other_delimiter()
    {
        await SubmitAsync(1, """{"a":"1;2","b":"=HYPERLINK(\"http://example.com\")"}""");

        (await ExportAsync($"v1/forms.csv?{Range}&delimiter=%3B", rows: 1)).Text.ShouldEndWith(";\"1;2\";\"'=HYPERLINK(\"\"http://example.com\"\")\"\r\n");
        using var answer = await system.Api.GetAsync(new Uri("v1/forms.csv?delimiter=x", UriKind.Relative));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Export_and_single_submission_belong_to_the_number_of_the_key()
    {
        await SubmitAsync(1, """{"a":"of the store"}""");
        var list = await system.GetAsync($"v1/forms?{Range}", page => page.Items().Count() == 1);
        var eventId = list.Items().Single().Text("eventId");

        (await system.GetAsync($"v1/forms/{eventId}"))["fields"]!.Text("a").ShouldBe("of the store");
        (await ExportAsync($"v1/forms.csv?{Range}", rows: 1, keyOfNumber: "num_store")).Text.ShouldContain("of the store");
        (await ExportAsync($"v1/forms.csv?{Range}", rows: 0, keyOfNumber: "num_other")).Text.ShouldNotContain("of the store");
        (await StatusAsync($"v1/forms/{eventId}", "num_store")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync($"v1/forms/{eventId}", "num_other")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync($"v1/forms/{Guid.NewGuid()}", "num_store")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync("v1/forms.csv?numberId=num_store", "num_other")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync("v1/forms?since=yesterday", "num_store")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Third_export_at_a_time_is_a_429_on_every_replica_and_other_reading_goes_on()
    {
        await using (var connection = await system.Database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            // Both exports wait for the table, and so are under way for as long as this needs.
            await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE forms IN ACCESS EXCLUSIVE MODE", connection, transaction))
            {
                await hold.ExecuteNonQueryAsync();
            }

            var first = system.Api.GetAsync(new Uri($"v1/forms.csv?{Range}", UriKind.Relative));
            var second = system.OtherReplica.GetAsync(new Uri($"v1/forms.csv?{Range}", UriKind.Relative));
            await TestSupport.Eventually.GetAsync(WaitingAsync, waiting => waiting == 2);

            foreach (var replica in new[] { system.Api, system.OtherReplica })
            {
                using var third = await replica.GetAsync(new Uri($"v1/forms.csv?{Range}", UriKind.Relative));
                third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
                third.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
            }

            using var list = await system.Api.GetAsync(new Uri("v1/messages?limit=1", UriKind.Relative));
            list.StatusCode.ShouldBe(HttpStatusCode.OK);
            await transaction.RollbackAsync();
            foreach (var export in new[] { await first, await second })
            {
                export.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await export.Content.ReadAsStringAsync()).ShouldContain("submittedAt");
                export.Dispose();
            }
        }

        await ExportAsync($"v1/forms.csv?{Range}", rows: 0);
    }

    private async Task<long> WaitingAsync()
    {
        await using var command = system.Database.CreateCommand(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessShareLock' AND relation = 'forms'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private Task SubmitAsync(int second, string fields)
        => system.PostAsync(
            $$$"""{"id":"evt_{{{Guid.NewGuid():N}}}","type":"form.submitted","created_at":{{{_minute.AddSeconds(second).ToUnixTimeSeconds()}}},"data":{"object":{{{fields}}} } }""", "store");

    /// <summary>The export once so many submissions have arrived.</summary>
    private async Task<(string Text, System.Net.Http.Headers.HttpContentHeaders Headers)> ExportAsync(string path, int rows, string? keyOfNumber = null)
    {
        await system.GetAsync($"v1/forms?limit=200&{Range}", page => keyOfNumber is not null || page.Items().Count() == rows);
        using var answer = await SendAsync(path, keyOfNumber);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()), answer.Content.Headers);
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string keyOfNumber)
    {
        using var answer = await SendAsync(path, keyOfNumber);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? keyOfNumber)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (keyOfNumber is not null)
        {
            PilotHooks.TestSupport.InternalCalls.SetCaller(request.Headers, MessagingSystem.GatewayToken, keyOfNumber);
        }

        return await system.Api.SendAsync(request);
    }
}
