using System.Net.Sockets;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.ServiceDefaults.Tests.Data;

public sealed class TransienceTests
{
    [Theory]
    [InlineData("57P01", true)] // the server shuts down
    [InlineData("57P02", true)] // it crashed
    [InlineData("57P03", true)] // it starts
    [InlineData("57014", true)] // the statement was cancelled
    [InlineData("53300", true)] // too many connections
    [InlineData("53100", true)] // the disk is full
    [InlineData("58030", true)] // the disk fails
    [InlineData("40001", true)] // serialization failure
    [InlineData("40P01", true)] // deadlock
    [InlineData("55P03", true)] // lock not available
    [InlineData("08006", true)] // the connection broke
    [InlineData("25006", true)] // read only, after a failover
    [InlineData("28P01", true)] // the password was changed
    [InlineData("3D000", true)] // no such database
    [InlineData("42501", true)] // a privilege was taken away
    [InlineData("22001", false)] // the text is too long
    [InlineData("22021", false)] // a character that the encoding lacks
    [InlineData("22P05", false)] // NUL in JSON
    [InlineData("23505", false)] // unique violation
    [InlineData("23502", false)] // null where none may be
    [InlineData("42P01", false)] // no such table: a fault of ours
    [InlineData("54000", false)] // too large for an index
    public void Error_of_the_server_may_pass_and_one_of_the_data_does_not(string sqlState, bool transient)
        => Transience.IsTransient(new PostgresException("text", "ERROR", "ERROR", sqlState)).ShouldBe(transient);

    [Fact]
    public void Lost_connection_may_pass_however_it_is_wrapped()
    {
        Transience.IsTransient(new NpgsqlException("text", new SocketException())).ShouldBeTrue();
        Transience.IsTransient(new NpgsqlException("text", new IOException())).ShouldBeTrue();
        Transience.IsTransient(new TimeoutException()).ShouldBeTrue();
    }

    [Fact]
    public void Fault_of_ours_does_not_pass()
    {
        Transience.IsTransient(new InvalidOperationException()).ShouldBeFalse();
        Transience.IsTransient(new FormatException()).ShouldBeFalse();
    }
}
