using System.Collections.Immutable;
using Hub.Orders;
using Hub.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Orders;

/// <summary>What a person has to look at among the orders, for <c>hub status</c>; each is told for a week (docs/operate/orders.md).</summary>
internal sealed partial class OrderTroubles(IProcessStore store, TimeProvider time, ILogger<OrderTroubles> logger) : BackgroundService
{
    private const int Named = 5;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Told = TimeSpan.FromDays(7);

    private volatile string[] _told = [];

    /// <summary>As they were seen last.</summary>
    public ImmutableArray<string> Tell() => [.. _told];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            try
            {
                _told = [.. await LookAsync(stoppingToken)];
            }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is asked again at the next tick, and the trouble is told.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogStoreFailed(logger, e);
                _told = [$"the store of orders can't be reached, so no order moves: {e.Message}"];
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<ImmutableArray<string>> LookAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Told;
        var troubles = ImmutableArray.CreateBuilder<string>();
        var (count, parked) = await store.ListInAsync(OrderDefinition.Name, OrderStatus.Parked.Text(), since, Named, cancellationToken);
        if (count > 0)
        {
            troubles.Add($"{count} {(count == 1 ? "order is" : "orders are")} parked for a person since {since:yyyy-MM-dd HH:mm} UTC: "
                + $"{string.Join(", ", parked.Select(order => order.Key))}{(count > Named ? ", …" : "")}; hub order show {parked[0].Key}");
        }

        var letters = (await store.GetDeadLettersAsync(Named + 1, cancellationToken)).Where(letter => letter.At >= since).ToList();
        foreach (var letter in letters.Take(Named))
        {
            troubles.Add($"dead letter since {letter.At:yyyy-MM-dd HH:mm} UTC: {letter.Kind} of {letter.Key}: {letter.Reason}; hub deadletter show {letter.Id}");
        }

        if (letters.Count > Named)
        {
            troubles.Add("there are more dead letters; hub deadletter list");
        }

        return troubles.ToImmutable();
    }

    [LoggerMessage(LogLevel.Warning, "What is in trouble could not be read from the store of orders.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);
}
