using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Makes the command, arguments and environment of a resource's process.</summary>
internal static class ProcessStart
{
    // What the command that started the AppHost set for the AppHost alone.
    private static readonly string[] NotInherited = ["ASPNETCORE_URLS", "DOTNET_URLS", "ASPNETCORE_HTTP_PORTS", "DOTNET_LAUNCH_PROFILE"];

    public static async Task<ProcessStartInfo> OfAsync(IResource resource, Dictionary<string, int> ports, CancellationToken cancellationToken)
    {
        var (command, arguments, folder) = Command(resource);
        arguments.AddRange(await ArgumentsAsync(resource, cancellationToken));
        // It waits for a word, which it gets once the reaper knows of it: killed at any moment, we leave nothing behind.
        var start = OperatingSystem.IsWindows()
            ? ProcessGroup.Command(command, arguments)
            : ProcessGroup.Command("/bin/sh", ["-c", "read -r go && exec \"$0\" \"$@\" </dev/null", command, .. arguments]);
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
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

        var metadata = resource.Annotations.OfType<IProjectMetadata>().Single();
        var project = metadata.ProjectPath;
        var built = metadata.GetType().Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == $"feedtarget:{project}")?.Value;
        return built is not null && File.Exists(built)
            ? (Dotnet, [built], Path.GetDirectoryName(project)!)
            : throw new DistributedApplicationException($"'{resource.Name}' is not built: {built ?? project} is missing.");
    }

    /// <summary>The host of the runtime that runs us; it need not be on the path.</summary>
    private static string Dotnet
        => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

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
