namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>
/// Reads a whole table in the order of a key, page by page: for what no index finds. Between two pages the connection is free
/// for whatever is done with a row.
/// </summary>
public static class TableScan
{
    /// <summary>Every row.</summary>
    /// <param name="batch">The rows of a full page.</param>
    /// <param name="readAfter">Reads the page behind this row, the first one behind null.</param>
    public static async IAsyncEnumerable<T> RowsAsync<T>(int batch, Func<T?, Task<IEnumerable<T>>> readAfter)
        where T : class
    {
        for (T? last = null; ;)
        {
            var page = (await readAfter(last)).ToList();
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < batch)
            {
                yield break;
            }

            last = page[^1];
        }
    }
}
