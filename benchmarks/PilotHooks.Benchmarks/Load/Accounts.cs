namespace PilotHooks.Benchmarks.Load;

/// <summary>Says whether every account of a run balances.</summary>
internal static class Accounts
{
    private const int Balanced = 0;
    private const int Void = 3;

    /// <summary>Prints them; returns the exit code.</summary>
    public static int Print(IEnumerable<(Ledger Ledger, string Output)> accounts)
    {
        var all = accounts.ToList();
        foreach (var (ledger, output) in all)
        {
            Console.WriteLine(ledger);
            if (ledger.Faults().Count > 0)
            {
                Console.Error.WriteLine(output);
            }
        }

        List<string> faults = [.. all.SelectMany(account => account.Ledger.Faults())];
        Console.WriteLine(faults.Count == 0 ? "Every account balances." : $"VOID, the accounts do not balance:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
        return faults.Count == 0 ? Balanced : Void;
    }
}
