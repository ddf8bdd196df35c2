using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel
{
    public interface IResourceCollection : IList<IResource>;

    public interface IResourceBuilder<out T>
        where T : IResource
    {
        IDistributedApplicationBuilder ApplicationBuilder { get; }

        T Resource { get; }

        IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation)
            where TAnnotation : IResourceAnnotation;
    }

    internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection;

    internal sealed class ResourceBuilder<T>(IDistributedApplicationBuilder builder, T resource) : IResourceBuilder<T>
        where T : IResource
    {
        public IDistributedApplicationBuilder ApplicationBuilder { get; } = builder;

        public T Resource { get; } = resource;

        public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation)
            where TAnnotation : IResourceAnnotation
        {
            Resource.Annotations.Add(annotation);
            return this;
        }
    }
}

namespace Aspire.Hosting
{
    public enum DistributedApplicationOperation
    {
        Run,
        Publish,
    }

    public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
    {
        public DistributedApplicationOperation Operation { get; } = operation;

        public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

        public bool IsRunMode => Operation == DistributedApplicationOperation.Run;
    }

    public class DistributedApplicationException(string message) : Exception(message);

    public interface IDistributedApplicationBuilder
    {
        ConfigurationManager Configuration { get; }

        string AppHostDirectory { get; }

        IHostEnvironment Environment { get; }

        IServiceCollection Services { get; }

        DistributedApplicationExecutionContext ExecutionContext { get; }

        IResourceCollection Resources { get; }

        IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource;

        IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource;

        DistributedApplication Build();
    }

    internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
    {
        private static readonly Dictionary<string, string> Switches = new()
        {
            ["--operation"] = "AppHost:Operation",
            ["--publisher"] = "Publishing:Publisher",
            ["--step"] = "Pipeline:Step",
            ["--output-path"] = "Pipeline:OutputPath",
        };

        private static readonly DiagnosticListener Listener = new("Aspire.Hosting");
        private readonly HostApplicationBuilder _host;

        public DistributedApplicationBuilder(string[] args)
        {
            _host = new HostApplicationBuilder(new HostApplicationBuilderSettings { Args = args });
            Configuration.AddCommandLine(args, Switches);
            ExecutionContext = new DistributedApplicationExecutionContext(Operation(Configuration));
            AppHostDirectory = Metadata("apphostprojectpath") ?? Environment.ContentRootPath;
            Services.AddHealthChecks();
            var states = new Running.RunStates();
            Services.AddSingleton(states);
            Services.AddSingleton(new ResourceNotificationService(states));
            // The host's own lines, and those of every probe that finds a server not up yet, say nothing to a user.
            _host.Logging.AddFilter("Microsoft", LogLevel.Critical);
        }

        public ConfigurationManager Configuration => _host.Configuration;

        public string AppHostDirectory { get; }

        public IHostEnvironment Environment => _host.Environment;

        public IServiceCollection Services => _host.Services;

        public DistributedApplicationExecutionContext ExecutionContext { get; }

        public IResourceCollection Resources { get; } = new ResourceCollection();

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource
        {
            if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new DistributedApplicationException($"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because a resource of that name exists.");
            }

            Resources.Add(resource);
            return CreateResourceBuilder(resource);
        }

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource
            => new ResourceBuilder<T>(this, resource);

        public DistributedApplication Build()
        {
            // Aspire says so too; whoever wants to look at a model instead of running it listens.
            if (Listener.IsEnabled("DistributedApplicationBuilding"))
            {
                Listener.Write("DistributedApplicationBuilding", this);
            }

            return new DistributedApplication(_host.Build(), Resources, ExecutionContext);
        }

        private static DistributedApplicationOperation Operation(ConfigurationManager configuration)
            => configuration["AppHost:Operation"]?.ToUpperInvariant() switch
            {
                null => configuration["Publishing:Publisher"] is null ? DistributedApplicationOperation.Run : DistributedApplicationOperation.Publish,
                "RUN" => DistributedApplicationOperation.Run,
                "PUBLISH" => DistributedApplicationOperation.Publish,
                _ => throw new DistributedApplicationException("Invalid operation specified. Valid operations are 'publish' or 'run'."),
            };

        private static string? Metadata(string key)
            => Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == key)?.Value;
    }
}
