using System.Globalization;

namespace PilotHooks.Benchmarks;

/// <summary>How long and how hard; the defaults are those of the figures in the README.</summary>
internal sealed record Options
{
    public int Rounds { get; init; } = 5;

    /// <summary>Of each measurement of each target in each round.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Keep-alive connections of the closed loop.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Names of the targets to run; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Null, with a word on standard error, if an argument is none of these.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        foreach (var argument in arguments)
        {
            var (name, value) = argument.Split('=', 2) is [var left, var right] ? (left, right) : (argument, "");
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : (int?)null;
            var next = (name, number) switch
            {
                ("--rounds", { } rounds) => options with { Rounds = rounds },
                ("--seconds", { } seconds) => options with { Duration = TimeSpan.FromSeconds(seconds) },
                ("--warm-up", { } seconds) => options with { WarmUp = TimeSpan.FromSeconds(seconds) },
                ("--connections", { } connections) => options with { Connections = connections },
                ("--only", null) => options with { Only = value.Split(',') },
                _ => null,
            };
            if (next is null)
            {
                Console.Error.WriteLine($"'{argument}' is not an option: --rounds=N --seconds=N --warm-up=N --connections=N --only=target,target");
                return null;
            }

            options = next;
        }

        return options;
    }
}
