using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace PilotHooks.AppHost;

/// <summary>
/// What a local run makes once and keeps beside its data: secrets, and the ports of native servers. A file that only its
/// owner can read.
/// </summary>
internal sealed class Kept
{
    private const int PasswordLength = 22;
    private const string PasswordLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    private readonly string _file;
    private readonly Dictionary<string, string> _values;

    private Kept(string file, Dictionary<string, string> values)
    {
        _file = file;
        _values = values;
    }

    /// <summary>What is kept in the folder. Null, and the reason on standard error, if the file is damaged: starting anew would lock the servers.</summary>
    public static Kept? In(string folder)
    {
        var file = Path.Combine(folder, "kept.json");
        try
        {
            return new Kept(file, File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [] : []);
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

    public string GetOrMake(string name, Func<string> make)
    {
        if (!_values.TryGetValue(name, out var value))
        {
            _values[name] = value = make();
            Save();
        }

        return value;
    }

    /// <summary>A port kept from the run before, as long as it is free; else another one.</summary>
    public int Port(string name)
    {
        var key = $"port-{name}";
        if (!_values.TryGetValue(key, out var text) || !int.TryParse(text, CultureInfo.InvariantCulture, out var port) || !FreePorts.IsFree(port))
        {
            port = FreePorts.Next();
            _values[key] = port.ToString(CultureInfo.InvariantCulture);
            Save();
        }

        return port;
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
}
