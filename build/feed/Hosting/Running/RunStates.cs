using System.Collections.Concurrent;

namespace Aspire.Hosting.Running
{
    /// <summary>How far each resource got; whoever depends on one waits here.</summary>
    internal sealed class RunStates
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> _healthy = new(StringComparer.OrdinalIgnoreCase);
        private readonly TaskCompletionSource _allTried = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Tried => _allTried.Task;

        /// <summary>True once the resource is healthy, false once it is clear that it will not be.</summary>
        public Task<bool> HealthyAsync(string resource) => Of(resource).Task;

        public void Healthy(string resource) => Of(resource).TrySetResult(true);

        public void Failed(string resource) => Of(resource).TrySetResult(false);

        public void AllTried() => _allTried.TrySetResult();

        private TaskCompletionSource<bool> Of(string resource)
            => _healthy.GetOrAdd(resource, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>Tells code of the AppHost when a resource is healthy.</summary>
    public class ResourceNotificationService
    {
        private readonly Running.RunStates _states;

        internal ResourceNotificationService(Running.RunStates states) => _states = states;

        public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
        {
            if (!await _states.HealthyAsync(resourceName).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");
            }

            // The table of all resources comes first.
            await _states.Tried.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new ResourceEvent(resourceName);
        }
    }

    public class ResourceEvent
    {
        internal ResourceEvent(string resourceId) => ResourceId = resourceId;

        public string ResourceId { get; }
    }
}
