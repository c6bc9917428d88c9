using Hub.Adapters.DeadLetters;
using Hub.Adapters.Orders;
using Hub.Orders;
using Hub.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.References;

/// <summary>Orders that are parked for a missing row alone go on by themselves once it is there, whoever added it.</summary>
/// <remarks>
/// Looked at when the rows changed, a few seconds after that (an order that was being parked meanwhile), and each minute. Taking one up twice is once.
/// </remarks>
internal sealed partial class ResumeWaiting(
    IProcessStore store, ReferenceTables references, TimeProvider time, ILogger<ResumeWaiting> logger) : BackgroundService
{
    private const int MostRead = 10_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Anyway = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        var (seen, changedAt, lookedAt) = (-1L, DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (version, now) = (references.Version, time.GetUtcNow());
            changedAt = version != seen ? now : changedAt;
            if (version < 0 || (version == seen && now - changedAt > Settled && now - lookedAt < Anyway))
            {
                continue;
            }

            try
            {
                await ResumeAsync(stoppingToken);
                (seen, lookedAt) = (version, now);
            }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is asked again at the next tick.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogStoreFailed(logger, e);
            }
        }
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var (_, parked) = await store.ListInAsync(OrderDefinition.Name, OrderStatus.Parked.Text(), DateTimeOffset.UnixEpoch, MostRead, cancellationToken);
        foreach (var process in parked)
        {
            var standstills = OrderDefinition.ReadState(process.State).Standstills;
            if (!standstills.IsEmpty && standstills.All(standstill => standstill.Missing is { } row && IsThere(row)))
            {
                var rows = string.Join(", ", standstills.Select(standstill => $"{standstill.Missing!.Connector} {standstill.Missing.Table} {standstill.Missing.Key}").Distinct());
                await ParkedOrder.ResumeAsync(store, process.Key, $"the row is there: {rows}", cancellationToken);
            }
        }
    }

    private bool IsThere(MissingRow row) => references.Of(row.Connector).Find(row.Table, row.Key) is not null;

    [LoggerMessage(LogLevel.Warning, "Orders that wait for a row of the cross references could not be looked at; they are at the next tick.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);
}
