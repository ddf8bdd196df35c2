using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Console.Sessions;

/// <summary>Ways in beside the key.</summary>
internal sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>
    /// Signs in whoever first opens <c>/sign-in/{token}</c> from this machine within ten minutes, with the configured key. For a
    /// run on one's own machine, where it is made anew each time and printed; none anywhere else.
    /// </summary>
    [MinLength(16)]
    public string? Token { get; init; }
}
