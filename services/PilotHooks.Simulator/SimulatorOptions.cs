using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Simulator;

/// <summary>How lively the sample business is, and how badly its provider delivers.</summary>
internal sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>Events per second of the business itself, on average; 0: it only answers calls.</summary>
    [Range(0, 1000)]
    public double EventsPerSecond { get; init; } = 2;

    /// <summary>Share of events delivered twice at once.</summary>
    [Range(0, 1)]
    public double Duplicates { get; init; } = 0.05;

    /// <summary>Share of events held back until later ones have overtaken them.</summary>
    [Range(0, 1)]
    public double Shuffle { get; init; } = 0.1;

    /// <summary>Share of events delivered again some seconds later, as if the first answer had been lost.</summary>
    [Range(0, 1)]
    public double Retries { get; init; } = 0.02;

    /// <summary>Share of sends that fail.</summary>
    [Range(0, 1)]
    public double FailedSends { get; init; } = 0.05;

    /// <summary>
    /// Makes a run repeatable. By default each run has its own: the same ids again would be duplicates to an ingress that
    /// remembers the run before.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>The key that the provider's API asks for; without one any <c>ps_...</c> will do.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Signs what the platform sends: the whole <c>whsec_...</c> text, or several with commas between, of which the first
    /// signs. Without one the platform sends nothing.
    /// </summary>
    public string? PlatformSecret { get; init; }

    /// <summary>The token in the address of the ingress's <c>whatsapp</c>, where it asks for one.</summary>
    public string? WhatsappToken { get; init; }
}
