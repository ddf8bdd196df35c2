using PilotHooks.OpenApi.Tests.Document;

namespace PilotHooks.OpenApi.Tests;

/// <summary>What every service says of its part of the API, read once.</summary>
public sealed class ServiceApis : IAsyncLifetime
{
    internal IReadOnlyList<ServiceApi> All { get; private set; } = [];

    public async Task InitializeAsync() => All = await ServiceApi.ReadAllAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
