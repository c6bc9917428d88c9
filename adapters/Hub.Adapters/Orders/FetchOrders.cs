using System.Collections.Concurrent;
using System.Globalization;
using Hub.Adapters.Channels;
using Hub.Adapters.Connectors;
using Hub.Adapters.Webhooks;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Connectors.Webhooks;
using Hub.Orders;
using Hub.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Orders;

/// <summary>
/// Asks marketplaces for their orders. The cursor is the newest order's time by the marketplace's own clock, kept with the orders it stands for;
/// each poll asks again from a while before it, now and then from long before it, and the inbox passes over what is known: nothing is lost at equal
/// times, at pages that shift, or at a kill.
/// </summary>
internal sealed partial class FetchOrders(
    ConnectorSet connectors, PausedConnectors paused, IProcessStore store, ChannelPlans plans, Hints hints, AdaptersOptions options, TimeProvider time, ILogger<FetchOrders> logger)
    : BackgroundService
{
    /// <summary>Where several planes share the store, one of them asks a marketplace; another takes over when it falls silent.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);
    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, Task> _running = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _swept = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollEvery, time);
        var noted = false;
        try
        {
            do
            {
                noted = noted || await NoteFirstAsync(stoppingToken);

                // A marketplace that hangs holds up no other.
                foreach (var connector in connectors.All)
                {
                    if (connector.Find<IOrderSource>() is { } source && !paused.Holds(connector.Config.Name)
                        && (!_running.TryGetValue(connector.Config.Name, out var last) || last.IsCompleted))
                    {
                        _running[connector.Config.Name] = PollAsync(connector.Config.Name, source, stoppingToken);
                    }
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            // The connectors are disposed of next, which waits for calls under way.
            await Task.WhenAll(_running.Values);
        }
    }

    private async Task<bool> NoteFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await plans.NoteFirstAsync(cancellationToken);
        }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is tried again at the next poll.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogPollFailed(logger, e, "any marketplace");
            return false;
        }
    }

    private async Task PollAsync(string name, IOrderSource source, CancellationToken cancellationToken)
    {
        try
        {
            // A turn outlasts the pause between two polls, so that it is renewed by them.
            var turn = source.PollEvery > Turn / 3 ? source.PollEvery * 3 : Turn;
            if (await store.TakeTurnAsync($"fetch {name}", _owner, turn, cancellationToken))
            {
                var wait = await FetchAsync(name, source, cancellationToken);
                await Task.Delay(wait, time, cancellationToken);
                await hints.WaitAsync(name, WebhookTopic.Orders, source.PollEvery > wait ? source.PollEvery - wait : TimeSpan.Zero, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping; what was not taken in is asked for again.
        }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is tried again at the next poll.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogPollFailed(logger, e, name);
        }
    }

    /// <summary>Takes in what is new.</summary>
    /// <returns>How long the marketplace wants to be left alone.</returns>
    internal async Task<TimeSpan> FetchAsync(string name, IOrderSource source, CancellationToken cancellationToken)
    {
        if (await plans.FindAsync(source.Channel, cancellationToken) is not { IsOff: false, Intake: var begin } plan)
        {
            return TimeSpan.Zero;
        }

        var setting = $"cursor.{name}";
        var cursor = await store.GetSettingAsync(setting, cancellationToken) is { } kept ? DateTimeOffset.Parse(kept, CultureInfo.InvariantCulture) : begin;
        var sweeps = !_swept.TryGetValue(name, out var swept) || time.GetUtcNow() - swept >= options.SweepEvery;
        var since = cursor - (sweeps ? options.SweepOverlap : options.PollOverlap);
        since = since < begin ? begin : since;
        var newest = cursor;
        string? page = null;
        do
        {
            var outcome = await source.FetchAsync(since, page, cancellationToken);
            if (outcome is not CallOutcome<OrderPage>.Done { Value: var fetched })
            {
                // The cursor stays where it was: the next poll begins at the first page.
                LogNotFetched(logger, name, outcome);
                return outcome is CallOutcome<OrderPage>.NotDone { After: { } after } ? after : TimeSpan.Zero;
            }

            // An order of tomorrow must not move the cursor past those of today.
            var now = time.GetUtcNow();
            newest = fetched.Orders.Select(order => order.PlacedAt).Where(placed => placed <= now).Append(newest).Max();
            newest = fetched.Latest is { } latest && latest <= now && latest > newest ? latest : newest;
            page = fetched.Next;
            foreach (var unreadable in fetched.Unreadable)
            {
                if (await store.BuryAsync(OrderDefinition.Unreadable(unreadable), unreadable.Reason, cancellationToken))
                {
                    LogUnreadable(logger, name, unreadable.Key, unreadable.Reason);
                }
            }

            await store.ReceiveAsync(
                [
                    .. fetched.Orders.Select(order => OrderDefinition.ToMessage(order.Key, "fetched", new OrderFetched(order, name, begin) { Ownership = plan.Of(order) })),
                    .. await CancelledAsync(name, fetched, cancellationToken),
                ],
                page is null ? (setting, newest.ToString("O", CultureInfo.InvariantCulture)) : null,
                cancellationToken);
        }
        while (page is not null);
        if (sweeps)
        {
            _swept[name] = time.GetUtcNow();
        }

        return TimeSpan.Zero;
    }

    // One that was never fetched needs no cancelling.
    private async Task<List<ProcessMessage>> CancelledAsync(string name, OrderPage page, CancellationToken cancellationToken)
    {
        var messages = new List<ProcessMessage>();
        foreach (var key in page.Cancelled)
        {
            if (await store.FindAsync(OrderDefinition.Name, key.ToString(), cancellationToken) is not null)
            {
                messages.Add(OrderDefinition.ToMessage(key, "cancelled", new CancelOrder($"{name} says that it is cancelled")));
            }
        }

        return messages;
    }

    [LoggerMessage(LogLevel.Error, "{Connector} gave {Key}, which can't be read and is a dead letter now: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string connector, OrderKey key, string reason);

    [LoggerMessage(LogLevel.Warning, "{Connector} did not give its orders: {Outcome}")]
    private static partial void LogNotFetched(ILogger logger, string connector, CallOutcome<OrderPage> outcome);

    [LoggerMessage(LogLevel.Error, "Orders of {Connector} could not be taken in; they are asked for again.")]
    private static partial void LogPollFailed(ILogger logger, Exception exception, string connector);
}
