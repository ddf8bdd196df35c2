using PilotHooks.AppHost.LocalServers;

namespace PilotHooks.AppHost.Tests.LocalServers;

public sealed class MachineServersTests
{
    [Theory]
    [InlineData(nameof(ServerSource.Auto), true, false, nameof(ServerSource.Containers))]
    [InlineData(nameof(ServerSource.Auto), false, false, nameof(ServerSource.Native))]
    [InlineData(nameof(ServerSource.Native), true, false, nameof(ServerSource.Native))]
    [InlineData(nameof(ServerSource.Containers), false, false, nameof(ServerSource.Containers))]
    [InlineData(nameof(ServerSource.External), true, true, nameof(ServerSource.External))]
    [InlineData(nameof(ServerSource.Auto), false, true, null)]
    [InlineData(nameof(ServerSource.Native), true, true, null)]
    public void Servers_come_from_where_they_can(string wanted, bool engine, bool missing, string? chosen)
        => MachineServers.Choose(Enum.Parse<ServerSource>(wanted), () => engine, () => missing ? ["Redis"] : []).Source?.ToString().ShouldBe(chosen);

    [Fact]
    public void Missing_servers_are_named_with_the_command_that_installs_them()
    {
        var (source, line) = MachineServers.Choose(ServerSource.Auto, () => false, () => ["RabbitMQ", "Redis"]);

        source.ShouldBeNull();
        line.ShouldContain("RabbitMQ and Redis are not installed");
        line.ShouldContain(MachineServers.InstallCommand);
        line.ShouldNotContain("\n");
    }

    [Fact]
    public void A_container_engine_is_not_asked_when_the_answer_does_not_count()
        => MachineServers.Choose(ServerSource.Native, () => throw new InvalidOperationException("asked"), () => []).Source.ShouldBe(ServerSource.Native);
}
