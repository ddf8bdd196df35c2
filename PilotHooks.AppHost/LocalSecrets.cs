using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting.Publishing;

namespace PilotHooks.AppHost;

/// <summary>
/// Secrets that a local run makes once and keeps in its data folder, in a file that only its owner can read. Aspire's user
/// secrets are one set for each user: runs with data folders of their own would share, and overwrite, each other's.
/// </summary>
internal sealed class LocalSecrets
{
    private const int PasswordLength = 22;
    private const string PasswordLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    private readonly string _file;
    private readonly Dictionary<string, string> _values;

    private LocalSecrets(string file, Dictionary<string, string> values)
    {
        _file = file;
        _values = values;
    }

    /// <summary>Reads the folder's secrets. Null, and the reason on standard error, if the file is damaged: new ones would lock the servers.</summary>
    public static LocalSecrets? Open(string folder)
    {
        var file = Path.Combine(folder, "secrets.json");
        var former = Path.Combine(folder, "kept.json"); // Its name in earlier versions.
        if (!File.Exists(file) && File.Exists(former))
        {
            File.Move(former, file);
        }

        try
        {
            return new LocalSecrets(file, File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [] : []);
        }
        catch (JsonException)
        {
            Console.Error.WriteLine($"{file} is damaged, and without its passwords the servers beside it cannot be used. Restore it, or delete {folder} to start anew.");
            return null;
        }
    }

    /// <summary>A key of the API: <c>ps_</c> and 256 random bits.</summary>
    public static string NewApiKey() => $"ps_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>A signing secret: <c>whsec_</c> and base64 of 32 random bytes.</summary>
    public static string NewWebhookSecret() => $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>A password without characters that a connection string would have to escape.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(PasswordLetters, PasswordLength);

    /// <summary>
    /// Adds a secret parameter: its value is configured under <c>Parameters:NAME</c>, else made on the first run and kept.
    /// </summary>
    public IResourceBuilder<ParameterResource> AddParameter(IDistributedApplicationBuilder builder, string name, string description, Func<string> make)
        => (builder.ExecutionContext.IsPublishMode
                ? builder.AddParameter(name, secret: true) // Asked for where the system is deployed.
                : builder.AddParameter(name, new KeptDefault(() => GetOrMake(name, make)), secret: true))
            .WithDescription(description);

    internal string GetOrMake(string name, Func<string> make)
    {
        if (!_values.TryGetValue(name, out var value))
        {
            _values[name] = value = make();
            Save();
        }

        return value;
    }

    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Whole or not at all: half a file would cost the servers their passwords.
        var written = $"{_file}.new";
        using (var stream = new FileStream(written, options))
        {
            JsonSerializer.Serialize(stream, _values, Format);
        }

        File.Move(written, _file, overwrite: true);
    }

    private sealed class KeptDefault(Func<string> value) : ParameterDefault
    {
        public override string GetDefaultValue() => value();

        public override void WriteToManifest(ManifestPublishingContext context) => throw new NotSupportedException("A kept secret is not published.");
    }
}
