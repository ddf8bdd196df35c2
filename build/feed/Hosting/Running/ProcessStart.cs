using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Makes the command, arguments and environment of a resource's process.</summary>
internal static class ProcessStart
{
    private const string Setsid = "/usr/bin/setsid";

    // What the command that started the AppHost set for the AppHost alone.
    private static readonly string[] NotInherited = ["ASPNETCORE_URLS", "DOTNET_URLS", "ASPNETCORE_HTTP_PORTS", "DOTNET_LAUNCH_PROFILE"];

    public static async Task<ProcessStartInfo> OfAsync(IResource resource, Dictionary<string, int> ports, CancellationToken cancellationToken)
    {
        var (command, arguments, folder) = Command(resource);
        var start = new ProcessStartInfo { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // A process group of its own: Ctrl+C goes to everything on the terminal, and the order of stopping is ours.
        if (File.Exists(Setsid))
        {
            start.FileName = Setsid;
            start.ArgumentList.Add(command);
        }
        else
        {
            start.FileName = command;
        }

        arguments.ForEach(start.ArgumentList.Add);
        foreach (var argument in await ArgumentsAsync(resource, cancellationToken))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in NotInherited)
        {
            start.Environment.Remove(name);
        }

        if (resource is ProjectResource && ports.Count > 0)
        {
            start.Environment["ASPNETCORE_URLS"] = string.Join(';', ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port.Value}")));
        }

        foreach (var (name, value) in await EnvironmentAsync(resource, cancellationToken))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static (string Command, List<string> Arguments, string Folder) Command(IResource resource)
    {
        if (resource is ExecutableResource executable)
        {
            return (executable.Command, [], executable.WorkingDirectory);
        }

        var project = resource.Annotations.OfType<IProjectMetadata>().Single().ProjectPath;
        var built = Assembly.GetEntryAssembly()!.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == $"feedtarget:{project}")?.Value;
        return built is not null && File.Exists(built)
            ? (Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [built], Path.GetDirectoryName(project)!)
            : throw new DistributedApplicationException($"'{resource.Name}' is not built: {built ?? project} is missing.");
    }

    private static async Task<List<string>> ArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken);
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        var arguments = new List<string>();
        foreach (var argument in context.Args)
        {
            arguments.Add(await ValueAsync(argument, cancellationToken));
        }

        return arguments;
    }

    private static async Task<Dictionary<string, string>> EnvironmentAsync(IResource resource, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), resource, cancellationToken: cancellationToken);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            environment[name] = await ValueAsync(value, cancellationToken);
        }

        return environment;
    }

    private static async ValueTask<string> ValueAsync(object value, CancellationToken cancellationToken)
        => value is IValueProvider provider
            ? await provider.GetValueAsync(cancellationToken) ?? ""
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
