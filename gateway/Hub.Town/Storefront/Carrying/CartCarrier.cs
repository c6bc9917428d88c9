using System.Collections.Concurrent;
using System.Net;
using Hub.Town.Services.Cart;
using Hub.Town.Storefront.Carts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Town.Storefront.Carrying;

/// <summary>
/// Carries a customer's cart: the lines are taken out at one end and merged in at the other, each once for the carry's id,
/// so that a carry that was interrupted anywhere is simply done again. Interrupted ones are finished here.
/// </summary>
internal sealed partial class CartCarrier(
    CarryStore store, CartClient carts, LegacyCarts legacy, TimeProvider time, ILogger<CartCarrier> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<Carry>>> _running = new();

    /// <exception cref="HttpRequestException">An end could not be reached; the carry is finished or taken back later.</exception>
    public Task<Carry> Carry(Carry carry)
    {
        var kept = store.Begin(carry);
        return kept.State == CarryState.Open ? Once(kept, Finish) : Task.FromResult(kept);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var carry in store.Open().Where(carry => !_running.ContainsKey(carry.Id)))
            {
                try
                {
                    await Once(carry, carry.ToNewSession ? Return : Finish);
                }
                catch (Exception unreached) when (IsUnreached(unreached))
                {
                    LogInterrupted(carry.Id, unreached);
                }
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    /// <summary>An end was not reached, did not answer in time, or answered with an error; or the own store is busy.</summary>
    public static bool IsUnreached(Exception error) =>
        error is HttpRequestException or SqliteException or TaskCanceledException { InnerException: TimeoutException };

    private async Task<Carry> Once(Carry carry, Func<Carry, Task<Carry>> way)
    {
        try
        {
            return await _running.GetOrAdd(carry.Id, _ => new Lazy<Task<Carry>>(() => way(store.Begin(carry)))).Value;
        }
        finally
        {
            _running.TryRemove(carry.Id, out _);
        }
    }

    private async Task<Carry> Finish(Carry carry)
    {
        if (carry.State != CarryState.Open)
        {
            return carry;
        }

        var lines = await Take(carry);
        try
        {
            var cookies = lines.Count > 0 ? await Merge(carry.To, carry.Session, new MergeLines(carry.Id, lines)) : [];
            return store.Save(carry with { State = CarryState.Done, Answer = new CarryAnswer(cookies, lines.Count) });
        }
        catch (HttpRequestException refused) when (refused.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError)
        {
            LogRefused(carry.Id, refused);
            return await Return(carry);
        }
    }

    private async Task<Carry> Return(Carry carry)
    {
        if (carry.State != CarryState.Open)
        {
            return carry;
        }

        var lines = await Take(carry);
        if (lines.Count > 0)
        {
            await Merge(carry.From, carry.Session, new MergeLines("back:" + carry.Id, lines));
        }

        return store.Save(carry with { State = CarryState.Returned });
    }

    private async Task<IReadOnlyList<CartLine>> Take(Carry carry) => carry.From.AtLegacy
        ? await legacy.Take(carry.From, carry.Session, carry.Id, CancellationToken.None)
        : (await carts.Take(carry.From.Key, carry.Id, CancellationToken.None)).Lines;

    private async Task<IReadOnlyList<string>> Merge(CarryEnd end, string? session, MergeLines lines)
    {
        if (end.AtLegacy)
        {
            return await legacy.Merge(end, session, lines, CancellationToken.None);
        }

        await carts.Merge(end.Key, lines, CancellationToken.None);
        return [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Carry {Carry} was interrupted and is tried again.")]
    private partial void LogInterrupted(string carry, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Carry {Carry} was refused; its lines go back to where they came from.")]
    private partial void LogRefused(string carry, Exception error);
}
