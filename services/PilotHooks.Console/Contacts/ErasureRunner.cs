using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Console.Contacts;

/// <summary>
/// Carries out erasures: asks every service that is not done yet, all at once, and notes each that is. A service that is away
/// is asked again until it has answered; one that died with a part of it begins anew, which changes nothing twice.
/// </summary>
internal sealed partial class ErasureRunner(
    ErasureStore store, ErasedContacts erased, IContactData ownData, ServiceClient services, IngressErasure ingress, TimeProvider time, ILogger<ErasureRunner> logger) : BackgroundService
{
    /// <summary>The console's own part: dead letters.</summary>
    public const string Own = "console";

    private const string Ingress = "ingress";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Those that are asked.</summary>
    public static IReadOnlyList<string> Services { get; } = ["messaging", "numbers", "calls", "relay"];

    /// <summary>Everyone who holds something of people.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Services, Own, Ingress];

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Does what is left of one, unless another replica does; a caller who goes away does not end it.</summary>
    public Task RunAsync(Guid id) => Task.Run(() => RunAsync(id, _stopping.Token), CancellationToken.None);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await RunAllAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Another replica goes on with what is left, or this one after its next start.
        }
    }

    private async Task RunAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var trace = new BackgroundTrace("contacts erase");
            foreach (var id in await store.UnfinishedAsync(stoppingToken))
            {
                trace.Did(1);
                await TryAsync(id, stoppingToken);
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Log.Interrupted(logger, exception.Message);
        }
    }

    /// <summary>One that cannot go on now holds up no other.</summary>
    private async Task TryAsync(Guid id, CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(id, stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Log.Waiting(logger, id, Own, exception.Message);
        }
    }

    private async Task RunAsync(Guid id, CancellationToken stoppingToken)
    {
        await using var held = await store.TryHoldAsync(id, stoppingToken);
        if (held is not null && await store.ReadWorkAsync(id, stoppingToken) is var (contact, requestedAt, waiting))
        {
            await Task.WhenAll(waiting.Select(service => TryAsync(id, service, contact, requestedAt, stoppingToken)));
        }
    }

    private async Task TryAsync(Guid id, string service, ContactId contact, DateTimeOffset requestedAt, CancellationToken stoppingToken)
    {
        try
        {
            var rows = await (service switch
            {
                Own => EraseOwnAsync(contact, requestedAt, stoppingToken),
                Ingress => TellIngressAsync(contact, requestedAt, stoppingToken),
                _ => EraseAsync(service, contact, requestedAt, stoppingToken),
            });
            await store.DoneAsync(id, requestedAt, service, rows, stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Log.Waiting(logger, id, service, exception.Message);
        }
    }

    private async Task<long> EraseOwnAsync(ContactId contact, DateTimeOffset requestedAt, CancellationToken cancellationToken)
    {
        await erased.NoteAsync(contact, requestedAt, cancellationToken);
        return await ownData.EraseAsync(contact, cancellationToken);
    }

    /// <summary>Nobody hears how many rows that are: at most a phone that was taken for one of ours.</summary>
    private async Task<long> TellIngressAsync(ContactId contact, DateTimeOffset requestedAt, CancellationToken cancellationToken)
    {
        await ingress.TellAsync(contact, requestedAt, cancellationToken);
        return 0;
    }

    private async Task<long> EraseAsync(string service, ContactId contact, DateTimeOffset requestedAt, CancellationToken cancellationToken)
        => (await services.PostAsync<ErasedRows>(service, "/internal/contacts/erase", new ContactErasure(contact.Canonical, requestedAt), cancellationToken)).Erased;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Erasures were interrupted and go on soon: {Reason}")]
        public static partial void Interrupted(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "Erasure {Id} waits for {Service}: {Reason}")]
        public static partial void Waiting(ILogger logger, Guid id, string service, string reason);
    }
}
