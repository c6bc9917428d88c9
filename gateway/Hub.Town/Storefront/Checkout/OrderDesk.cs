using System.Collections.Concurrent;
using Hub.Town.Services.Cart;
using Hub.Town.Storefront.Carts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Town.Storefront.Checkout;

/// <summary>
/// Brings attempts to their end, each once at a time, and those that a kill left unfinished when it starts (SAFETY.md 6):
/// <list type="number">
/// <item>The lines are taken out of the cart, so that no second attempt buys them too.</item>
/// <item>That it goes to legacy is written down, then it goes: once.</item>
/// <item>No clear answer: legacy is asked by the attempt's id. That it has no such order counts only once its own time-out has passed.</item>
/// <item>Legacy has no order: the lines go back into the cart.</item>
/// </list>
/// </summary>
internal sealed partial class OrderDesk(
    AttemptStore attempts, CartClient carts, LegacyOrders legacy, TimeProvider time, ILogger<OrderDesk> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<Attempt>>> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Begins the attempt, or joins it, and is done when it is placed or refused.</summary>
    public Task<Attempt> Place(Attempt attempt)
    {
        var kept = attempts.Begin(attempt);
        return kept.State is AttemptState.Placed or AttemptState.Refused ? Task.FromResult(kept) : Join(kept.Id);
    }

    /// <summary>Done when the attempt, which has begun, is placed or refused.</summary>
    public Task<Attempt> Join(string id) => _running.GetOrAdd(id, _ => new Lazy<Task<Attempt>>(() => Run(id))).Value;

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(attempts.Open().Select(attempt => Join(attempt.Id)));

    private async Task<Attempt> Run(string id)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                try
                {
                    return await Finish(attempts.Find(id)!, _stopping.Token);
                }
                catch (Exception error) when (
                    error is HttpRequestException or SqliteException
                    || (error is OperationCanceledException && !_stopping.IsCancellationRequested))
                {
                    LogInterrupted(id, error);
                    await Task.Delay(Pause, time, _stopping.Token);
                }
            }
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private async Task<Attempt> Finish(Attempt attempt, CancellationToken cancellation)
    {
        if (attempt.State is AttemptState.Placed or AttemptState.Refused)
        {
            return attempt;
        }

        if (attempt.State == AttemptState.Begun)
        {
            // 1
            var cart = await carts.Take(attempt.Key, "order:" + attempt.Id, cancellation);
            if (cart.Lines.Count == 0)
            {
                return attempts.Save(attempt with { State = AttemptState.Refused, Problem = "Your cart is empty." });
            }

            // 2
            attempt = attempts.Save(attempt with { State = AttemptState.Handed, HandedAt = time.GetUtcNow(), Lines = cart.Lines });
            var handed = await legacy.Place(attempt, cancellation);
            if (handed != HandedOrder.Unknown)
            {
                return await Settle(attempt, handed, cancellation);
            }
        }

        // 3
        LogUnknown(attempt.Id);
        var settledAt = time.GetUtcNow() + legacy.TimeOut + Pause;
        while (true)
        {
            await Task.Delay(Pause, time, cancellation);
            var found = await legacy.Find(attempt.Id, cancellation);
            if (found.Order is not null || (found.Problem is not null && time.GetUtcNow() > settledAt))
            {
                return await Settle(attempt, found, cancellation);
            }
        }
    }

    private async Task<Attempt> Settle(Attempt attempt, HandedOrder handed, CancellationToken cancellation)
    {
        if (handed.Order is not null)
        {
            return attempts.Save(attempt with { State = AttemptState.Placed, Order = handed.Order });
        }

        // 4
        await carts.Merge(attempt.Key, new MergeLines("order:" + attempt.Id, attempt.Lines), cancellation);

        // Legacy sells at a price that it no longer asks for half an hour; a cart may be older.
        await carts.Reprice(attempt.Key, cancellation);
        return attempts.Save(attempt with { State = AttemptState.Refused, Problem = handed.Problem });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt}: legacy gave no clear answer. It is asked for the order by that id; the order is not sent again.")]
    private partial void LogUnknown(string attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} was interrupted and goes on in a second.")]
    private partial void LogInterrupted(string attempt, Exception error);
}
