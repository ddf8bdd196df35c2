using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting.Publishing;

namespace PilotHooks.AppHost;

/// <summary>
/// Secrets that a local run makes once and keeps in its data folder, each in a file that only its owner can read. Aspire's
/// user secrets are one set for each user: runs with data folders of their own would overwrite each other's.
/// </summary>
internal sealed class LocalSecrets(string folder)
{
    private const int PasswordLength = 22;
    private const int PublishedLength = 32;
    private const string PasswordLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A key of the API: <c>ps_</c> and 256 random bits.</summary>
    public static string NewApiKey() => $"ps_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>A signing secret: <c>whsec_</c> and base64 of 32 random bytes.</summary>
    public static string NewWebhookSecret() => $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>A password without characters that a connection string would have to escape.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(PasswordLetters, PasswordLength);

    /// <summary>
    /// Adds a secret parameter: its value is configured under <c>Parameters:NAME</c>, else made on the first run and kept. Where
    /// the system is deployed it is asked for, or made there.
    /// </summary>
    public IResourceBuilder<ParameterResource> AddParameter(
        IDistributedApplicationBuilder builder, string name, string description, Func<string> make, bool isMadeWherePublished = false)
        => (builder.ExecutionContext.IsPublishMode
                ? isMadeWherePublished
                    ? builder.AddParameter(name, new GenerateParameterDefault { MinLength = PublishedLength, Special = false }, secret: true)
                    : builder.AddParameter(name, secret: true)
                : builder.AddParameter(name, new Default(() => GetOrMake(name, make)), secret: true))
            .WithDescription(description);

    /// <summary>The password of a server, or that by which a service opens its database and the broker.</summary>
    public ParameterResource PasswordOf(IDistributedApplicationBuilder builder, string name)
        => builder.Resources.OfType<ParameterResource>().FirstOrDefault(password => password.Name == $"{name}-password")
            ?? AddParameter(builder, $"{name}-password", $"The password of {name}, made on the first run.", NewPassword).WithHidden().Resource;

    internal string GetOrMake(string name, Func<string> make)
    {
        var file = Path.Combine(folder, "secrets", name);
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var access = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter($"{file}.new", access))
            {
                writer.Write(OfFormerVersion(name) ?? make());
            }

            File.Move($"{file}.new", file); // Whole or not at all.
        }

        return File.ReadAllText(file);
    }

    /// <summary>Versions before kept all of them in one file.</summary>
    private string? OfFormerVersion(string name)
        => Path.Combine(folder, "kept.json") is var file && File.Exists(file)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))?.GetValueOrDefault(name)
            : null;

    private sealed class Default(Func<string> value) : ParameterDefault
    {
        public override string GetDefaultValue() => value();

        public override void WriteToManifest(ManifestPublishingContext context) => throw new NotSupportedException("A kept secret is not published.");
    }
}
