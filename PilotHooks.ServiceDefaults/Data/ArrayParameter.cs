using Npgsql;
using NpgsqlTypes;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>One column of many rows, as the array that a statement unnests.</summary>
public static class ArrayParameter
{
    /// <param name="rows">One element for each, in their order.</param>
    /// <param name="type">Of an element. Named, because a column that begins with a null tells Npgsql too little.</param>
    /// <param name="value">The element of a row.</param>
    public static NpgsqlParameter<TValue[]> Of<TRow, TValue>(IReadOnlyList<TRow> rows, NpgsqlDbType type, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}
