using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PilotHooks.AppHost.Tests;

/// <summary>The model that the AppHost builds from its arguments, without running it.</summary>
internal sealed class AppModel
{
    private static readonly AsyncLocal<AppModel?> Current = new();
    private IDistributedApplicationBuilder? _builder;

    static AppModel() => DiagnosticListener.AllListeners.Subscribe(new Listeners());

    private AppModel()
    {
    }

    public IEnumerable<string> Names => _builder!.Resources.Select(resource => resource.Name);

    /// <summary>Runs the AppHost's own program up to the moment at which the model is whole.</summary>
    public static AppModel Of(params string[] args)
    {
        var model = new AppModel();
        Current.Value = model;
        try
        {
            var program = typeof(AppHostOptions).Assembly.EntryPoint!;
            program.Invoke(null, [args]);
        }
        catch (System.Reflection.TargetInvocationException exception) when (exception.InnerException is ModelIsWholeException)
        {
            // As far as it should go.
        }
        finally
        {
            Current.Value = null;
        }

        model._builder.ShouldNotBeNull("The AppHost ended before its model was whole.");
        return model;
    }

    public T Resource<T>(string name)
        where T : IResource
        => _builder!.Resources.OfType<T>().Single(resource => resource.Name == name);

    public IReadOnlyList<string> WaitsOf(string name)
        => [.. Resource<IResource>(name).Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name)];

    public int ReplicasOf(string name) => Resource<IResource>(name).Annotations.OfType<ReplicaAnnotation>().Last().Replicas;

    /// <summary>What the resource's environment is given; a value that is known only when it runs is an expression.</summary>
    public async Task<Dictionary<string, object>> EnvironmentOfAsync(string name)
    {
        var resource = Resource<IResource>(name);
        var context = new EnvironmentCallbackContext(_builder!.ExecutionContext, resource, []);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    private sealed class ModelIsWholeException : Exception;

    private sealed class Listeners : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener listener)
        {
            if (listener.Name == "Aspire.Hosting")
            {
                listener.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> written)
        {
            if (written is { Key: "DistributedApplicationBuilding", Value: IDistributedApplicationBuilder builder } && Current.Value is { } model)
            {
                model._builder = builder;
                throw new ModelIsWholeException();
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
