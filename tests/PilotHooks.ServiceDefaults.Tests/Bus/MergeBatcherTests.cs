using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

public sealed class MergeBatcherTests
{
    private readonly ConcurrentQueue<string[]> _batches = [];

    [Fact]
    public async Task Events_that_arrive_during_a_merge_are_the_next_batch_in_their_order()
    {
        var gate = new TaskCompletionSource();
        await using var batcher = await StartAsync(_ => gate.Task);
        var first = batcher.MergeAsync("1");
        await Eventually.GetAsync(() => Task.FromResult(_batches.Count), count => count == 1);
        Task[] others = [batcher.MergeAsync("2"), batcher.MergeAsync("3"), batcher.MergeAsync("4")];
        first.IsCompleted.ShouldBeFalse();

        gate.SetResult();
        await Task.WhenAll([first, .. others]);

        _batches.ShouldBe([["1"], ["2", "3", "4"]]);
    }

    [Fact]
    public async Task Batch_is_no_larger_than_it_may_be()
    {
        var gate = new TaskCompletionSource();
        await using var batcher = await StartAsync(_ => gate.Task, new MergeBatchOptions(MaxBatch: 4));
        var events = Enumerable.Range(0, 50).Select(number => batcher.MergeAsync($"{number}")).ToList();

        gate.SetResult();
        await Task.WhenAll(events);

        _batches.ShouldAllBe(batch => batch.Length <= 4);
        _batches.SelectMany(batch => batch).ShouldBe(Enumerable.Range(0, 50).Select(number => $"{number}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Events_wait_outside_when_the_batcher_is_full()
    {
        var gate = new TaskCompletionSource();
        await using var batcher = await StartAsync(_ => gate.Task, new MergeBatchOptions(MaxBatch: 2));
        var taken = batcher.MergeAsync("taken");
        await Eventually.GetAsync(() => Task.FromResult(_batches.Count), count => count == 1);
        var waiting = Enumerable.Range(0, 4).Select(number => batcher.MergeAsync($"{number}")).ToList();
        using var impatient = new CancellationTokenSource();
        var outside = batcher.MergeAsync("outside", impatient.Token);

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => outside);
        gate.SetResult();
        await Task.WhenAll([taken, .. waiting]);

        _batches.SelectMany(batch => batch).ShouldNotContain("outside");
    }

    [Fact]
    public async Task Events_wait_while_the_database_is_away_and_none_fails()
    {
        var away = 3;
        await using var batcher = await StartAsync(_ => Interlocked.Decrement(ref away) >= 0 ? throw new NpgsqlException("away", new IOException()) : Task.CompletedTask);

        await Task.WhenAll(batcher.MergeAsync("1"), batcher.MergeAsync("2"));

        _batches.Count.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task Event_that_the_database_never_takes_fails_alone()
    {
        var gate = new TaskCompletionSource();
        var merged = new ConcurrentBag<string>();
        await using var batcher = await StartAsync(async batch =>
        {
            await gate.Task;
            if (batch.Any(item => item.StartsWith("poison", StringComparison.Ordinal)))
            {
                throw new PostgresException("no", "ERROR", "ERROR", PostgresErrorCodes.UntranslatableCharacter);
            }

            foreach (var item in batch)
            {
                merged.Add(item);
            }
        });
        var good = Enumerable.Range(0, 40).Select(number => $"{number}").ToList();
        var results = new List<Task>();
        foreach (var item in good.Take(13).Append("poison a").Concat(good.Skip(13)).Append("poison b"))
        {
            results.Add(batcher.MergeAsync(item));
        }

        gate.SetResult();
        await Should.ThrowAsync<PostgresException>(() => Task.WhenAll(results));

        results.Count(result => result.IsFaulted).ShouldBe(2);
        results[13].IsFaulted.ShouldBeTrue();
        results[^1].IsFaulted.ShouldBeTrue();
        merged.ShouldBe(good, ignoreOrder: true);
    }

    [Fact]
    public async Task Events_that_wait_together_are_merged_in_their_order_and_fill_the_batches()
    {
        var gate = new TaskCompletionSource();
        await using var batcher = await StartAsync(_ => gate.Task, new MergeBatchOptions(MaxBatch: 4));
        var first = batcher.MergeAsync("first");
        await Eventually.GetAsync(() => Task.FromResult(_batches.Count), count => count == 1);
        var groups = new[] { batcher.MergeAsync(["1", "2", "3"]), batcher.MergeAsync(["4", "5", "6", "7", "8", "9"]) };

        gate.SetResult();
        await first;
        var refused = await Task.WhenAll(groups);

        refused.ShouldAllBe(group => group.Count == 0);
        _batches.ShouldBe([["first"], ["1", "2", "3", "4"], ["5", "6", "7", "8"], ["9"]]);
    }

    [Fact]
    public async Task Events_that_wait_together_are_told_which_of_them_the_database_never_takes()
    {
        await using var batcher = await StartAsync(
            batch => batch.Contains("poison") ? throw new PostgresException("no", "ERROR", "ERROR", PostgresErrorCodes.UntranslatableCharacter) : Task.CompletedTask,
            new MergeBatchOptions(MaxBatch: 4));

        var refused = await batcher.MergeAsync(["1", "2", "poison", "3", "4", "poison"]);

        refused.Select(one => one.Message).ShouldBe(["poison", "poison"]);
        refused.ShouldAllBe(one => one.Reason is PostgresException);
        _batches.Count(batch => batch.Contains("4")).ShouldBe(2);
    }

    [Fact]
    public async Task Batcher_goes_on_after_a_fault_of_the_merge_itself()
    {
        var faults = 1;
        await using var batcher = await StartAsync(_ => Interlocked.Decrement(ref faults) >= 0 ? throw new InvalidOperationException("a bug") : Task.CompletedTask);

        await Should.ThrowAsync<InvalidOperationException>(() => batcher.MergeAsync("1"));
        await batcher.MergeAsync("2");
    }

    [Fact]
    public async Task Stop_completes_nothing_that_is_not_committed()
    {
        var batcher = await StartAsync(_ => Task.Delay(Timeout.Infinite), passToken: true);
        var merging = batcher.MergeAsync("merging");
        await Eventually.GetAsync(() => Task.FromResult(_batches.Count), count => count == 1);
        var waiting = batcher.MergeAsync("waiting");

        await batcher.DisposeAsync();

        merging.IsCompleted.ShouldBeFalse();
        waiting.IsCompleted.ShouldBeFalse();
        _batches.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Lanes_merge_side_by_side()
    {
        var gate = new TaskCompletionSource();
        await using var batcher = await StartAsync(_ => gate.Task, new MergeBatchOptions(MaxBatch: 1, Lanes: 3));
        Task[] events = [batcher.MergeAsync("1"), batcher.MergeAsync("2"), batcher.MergeAsync("3")];

        await Eventually.GetAsync(() => Task.FromResult(_batches.Count), count => count == 3);
        gate.SetResult();
        await Task.WhenAll(events);
    }

    private async Task<Running> StartAsync(Func<IReadOnlyList<string>, Task> merge, MergeBatchOptions? options = null, bool passToken = false)
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var batcher = new MergeBatcher<string>(
            async (events, cancellationToken) =>
            {
                _batches.Enqueue([.. events]);
                await (passToken ? merge(events).WaitAsync(cancellationToken) : merge(events));
            },
            options ?? new MergeBatchOptions(),
            TimeProvider.System,
            NullLogger<MergeBatcher<string>>.Instance,
            services.GetRequiredService<IMeterFactory>());
        await batcher.StartAsync(CancellationToken.None);
        return new Running(batcher, services);
    }

    private sealed class Running(MergeBatcher<string> batcher, ServiceProvider services) : IAsyncDisposable
    {
        public Task MergeAsync(string item, CancellationToken cancellationToken = default) => batcher.MergeAsync(item, traceParent: null, cancellationToken);

        public Task<IReadOnlyList<(string Message, Exception Reason)>> MergeAsync(string[] items) => batcher.MergeAsync(items, new string?[items.Length], CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await batcher.StopAsync(CancellationToken.None);
            batcher.Dispose();
            await services.DisposeAsync();
        }
    }
}
