using Microsoft.AspNetCore.Http.Extensions;

namespace PilotHooks.Console.Components.Api;

/// <summary>Writes paths with a query.</summary>
internal static class Query
{
    /// <summary>The path with those values that are not empty, escaped.</summary>
    public static string Of(string path, params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name, value);
            }
        }

        return path + query;
    }
}
