using System.Collections.ObjectModel;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.ApplicationModel
{
    public interface IResourceAnnotation;

    public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

    public interface IResource
    {
        string Name { get; }

        ResourceAnnotationCollection Annotations { get; }
    }

    public interface IResourceWithEnvironment : IResource;

    public interface IResourceWithArgs : IResource;

    public interface IResourceWithEndpoints : IResource;

    public interface IResourceWithWaitSupport : IResource;

    public abstract class Resource(string name) : IResource
    {
        public virtual string Name { get; } = name;

        public virtual ResourceAnnotationCollection Annotations { get; } = [];
    }

    public interface IResourceWithConnectionString : IResource, IManifestExpressionProvider, IValueProvider
    {
        ReferenceExpression ConnectionStringExpression { get; }

        string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

        ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken)
            => ConnectionStringExpression.GetValueAsync(cancellationToken);
    }

    public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

    public class ExecutableResource(string name, string command, string workingDirectory)
        : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
    {
        public string Command { get; } = command;

        public string WorkingDirectory { get; } = workingDirectory;
    }

    public class ContainerResource(string name)
        : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport;

    public class ParameterResource : Resource, IManifestExpressionProvider, IValueProvider
    {
        private readonly Func<string> _value;

        internal ParameterResource(string name, Func<string> value, bool secret)
            : base(name)
        {
            _value = value;
            Secret = secret;
        }

        public bool Secret { get; }

        public string ValueExpression => $"{{{Name}.value}}";

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(_value());
    }

    public class RabbitMQServerResource(string name) : ContainerResource(name), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression => throw Containers.CannotRun(Name);
    }

    public class RedisResource(string name) : ContainerResource(name), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression => throw Containers.CannotRun(Name);
    }

    public class PostgresServerResource(string name) : ContainerResource(name), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression => throw Containers.CannotRun(Name);
    }

    public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
        : Resource(name), IResourceWithConnectionString
    {
        public string DatabaseName { get; } = databaseName;

        public PostgresServerResource Parent { get; } = postgresParentResource;

        public ReferenceExpression ConnectionStringExpression => throw Containers.CannotRun(Name);
    }
}

namespace Aspire.Hosting
{
    public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

    public interface IProjectMetadata : IResourceAnnotation
    {
        string ProjectPath { get; }

        bool SuppressBuild => false;
    }

    public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression)
        : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
    {
        public ReferenceExpression ConnectionStringExpression => connectionStringExpression;
    }
}
