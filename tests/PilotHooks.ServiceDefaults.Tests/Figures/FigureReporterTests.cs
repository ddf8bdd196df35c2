using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Figures;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.ServiceDefaults.Tests.Figures;

public sealed class FigureReporterTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData("10:00:03.2", "10:00:05")]
    [InlineData("10:00:05", "10:00:10")]
    [InlineData("23:59:59.9", "1.00:00:00")]
    public void Reports_are_made_at_the_same_moments_everywhere(string now, string next)
    {
        var midnight = new DateTimeOffset(2026, 2, 24, 0, 0, 0, TimeSpan.Zero);

        FigureReporter.Next(midnight + TimeSpan.Parse(now, null), TimeSpan.FromSeconds(5)).ShouldBe(midnight + TimeSpan.Parse(next, null));
    }

    [Fact]
    public async Task Counts_of_an_outage_of_the_broker_arrive_after_it_and_nothing_else_waits_for_them()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var service = await StartAsync(broker);
        var duplicates = service.Services.GetRequiredService<IMeterFactory>().Create("PilotHooks.Tests").CreateCounter<long>("pilothooks.ingress.duplicates");
        var reporter = service.Services.GetServices<IHostedService>().OfType<FigureReporter>().Single();
        duplicates.Add(1);
        await Eventually.GetAsync(() => SumAsync(broker), sum => sum == 1);

        await broker.KillAsync();
        duplicates.Add(2);
        await Eventually.GetAsync(() => Task.FromResult(reporter.Waiting), waiting => waiting >= 3);
        duplicates.Add(4);
        await broker.StartAsync();

        // The first report lay in the broker's memory alone.
        await Eventually.GetAsync(() => SumAsync(broker), sum => sum is 6 or 7);
        await Eventually.GetAsync(() => Task.FromResult(reporter.Waiting), waiting => waiting == 0);
    }

    [Fact]
    public async Task Reports_that_no_broker_takes_are_bounded()
    {
        var nowhere = new ConnectionFactory { Uri = new Uri($"amqp://127.0.0.1:{FreePort.Next()}") };
        await using var broker = new Broker(nowhere, TimeProvider.System);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var collector = new FigureCollector(services.GetRequiredService<IMeterFactory>());
        using var reporter = new FigureReporter(
            "tests", collector, broker, Microsoft.Extensions.Options.Options.Create(new FigureOptions { Interval = TimeSpan.FromMilliseconds(1) }), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<FigureReporter>.Instance);

        await reporter.StartAsync(CancellationToken.None);
        await Eventually.GetAsync(() => Task.FromResult(reporter.Waiting), waiting => waiting == FigureReporter.MaxWaiting);
        var reports = reporter.Made;
        await Eventually.GetAsync(() => Task.FromResult(reporter.Made), made => made > reports + 10);

        reporter.Waiting.ShouldBe(FigureReporter.MaxWaiting);
        await reporter.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_was_counted_last_is_reported_when_the_service_stops()
    {
        var broker = await TestServers.StartBrokerAsync();
        await using (broker)
        {
            await using (var service = await StartAsync(broker, TimeSpan.FromMinutes(1)))
            {
                service.Services.GetRequiredService<IMeterFactory>().Create("PilotHooks.Tests").CreateCounter<long>("pilothooks.ingress.duplicates").Add(3);
                await service.StopAsync();
            }

            await Eventually.GetAsync(() => SumAsync(broker), sum => sum == 3);
        }
    }

    private static async Task<WebApplication> StartAsync(TestServer broker, TimeSpan? interval = null)
    {
        var builder = WebApplication.CreateBuilder(["--ConnectionStrings:broker", broker.ConnectionString, "--urls", "http://127.0.0.1:0", "--Figures:Interval", $"{interval ?? Interval}"]);
        builder.AddServiceDefaults("tests");
        builder.AddFigures("tests");
        builder.Logging.ClearProviders();
        var service = builder.Build();
        await service.StartAsync();
        return service;
    }

    /// <summary>Of all duplicates in the reports that wait in the queue, which stay there.</summary>
    private static async Task<long> SumAsync(TestServer broker)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            await FigureQueue.DeclareAsync(channel, CancellationToken.None);
            var sum = 0L;
            while (await channel.BasicGetAsync(Queues.ConsoleFigures, autoAck: false) is { } got)
            {
                sum += JsonSerializer.Deserialize<FigureReport>(got.Body.Span, ApiJson.Options)!.Sums.GetValueOrDefault("pilothooks.ingress.duplicates");
            }

            return sum;
        }
        catch (RabbitMQ.Client.Exceptions.RabbitMQClientException exception)
        {
            throw new IOException("The broker is not back yet.", exception);
        }
    }
}
