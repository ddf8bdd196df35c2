using System.Data;
using Dapper;

namespace PilotHooks.Console.Data;

/// <summary>Npgsql hands out <c>timestamptz</c> as a UTC <see cref="DateTime"/>; our rows hold <see cref="DateTimeOffset"/>.</summary>
internal sealed class DapperTimes : SqlMapper.TypeHandler<DateTimeOffset>
{
    public static void Register() => SqlMapper.AddTypeHandler(new DapperTimes());

    public override DateTimeOffset Parse(object value)
        => value is DateTimeOffset offset ? offset : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

    public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
}
