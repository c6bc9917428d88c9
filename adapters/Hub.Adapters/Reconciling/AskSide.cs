using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors;

namespace Hub.Adapters.Reconciling;

/// <summary>Asks one side for its books of a day: 1. page by page, 2. order by order for what the pages did not show. Bounded, and what was left out is told.</summary>
internal sealed class AskSide(TimeProvider time)
{
    /// <summary>How many pages of a list are read.</summary>
    internal const int MostPages = 500;

    /// <summary>How many orders are looked up one by one.</summary>
    internal const int MostLookUps = 1_000;

    private const int Attempts = 6;
    private const int Beside = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>All pages; or why the side can't be asked.</summary>
    public async Task<(ImmutableArray<BookEntry> Entries, string? Silent)> ListAsync(
        Func<string?, CancellationToken, Task<CallOutcome<BookPage>>> list, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<(string, string), BookEntry>();
        string? page = null;
        for (var pages = 1; ; pages++)
        {
            var (answer, silent) = await AskAsync(cancel => list(page, cancel), cancellationToken);
            if (silent is not null)
            {
                return ([], silent);
            }

            foreach (var entry in answer!.Entries)
            {
                entries[(entry.Reference, entry.Number)] = entry;
            }

            page = answer.Next;
            if (page is null || pages == MostPages)
            {
                return page is null ? ([.. entries.Values], null) : ([], $"it has more than {MostPages} pages of that day, and no more are read");
            }
        }
    }

    /// <summary>Looks orders up one by one.</summary>
    public async Task<(ImmutableArray<BookEntry> Entries, ImmutableDictionary<OrderKey, string> Unasked)> FindAsync(
        IReadOnlyList<DayOrder> orders, Func<DayOrder, CancellationToken, Task<CallOutcome<ImmutableArray<BookEntry>>>> find, CancellationToken cancellationToken)
    {
        var entries = new ConcurrentBag<BookEntry>();
        var unasked = new ConcurrentDictionary<OrderKey, string>(orders.Skip(MostLookUps).Select(
            order => KeyValuePair.Create(order.Key, $"no more than {MostLookUps} orders are looked up one by one")));
        await Parallel.ForEachAsync(
            orders.Take(MostLookUps), new ParallelOptions { MaxDegreeOfParallelism = Beside, CancellationToken = cancellationToken },
            async (order, cancel) =>
            {
                var (found, silent) = await AskAsync(token => find(order, token), cancel);
                if (silent is not null)
                {
                    unasked[order.Key] = silent;
                    return;
                }

                foreach (var entry in found)
                {
                    entries.Add(entry);
                }
            });
        return ([.. entries], unasked.ToImmutableDictionary());
    }

    // It only reads: what was not answered is asked again, whatever became of it.
    private async Task<(T? Answer, string? Silent)> AskAsync<T>(Func<CancellationToken, Task<CallOutcome<T>>> ask, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await ask(cancellationToken);
            if (outcome is CallOutcome<T>.Done done)
            {
                return (done.Value, null);
            }

            var (reason, after) = outcome switch
            {
                CallOutcome<T>.Refused refused => (refused.Reason, null),
                CallOutcome<T>.NotDone notDone => (notDone.Reason, notDone.After ?? Pause),
                _ => (((CallOutcome<T>.Unknown)outcome).Reason, (TimeSpan?)Pause),
            };
            if (after is null || after > LongestPause || attempt == Attempts)
            {
                return (default, reason);
            }

            await Task.Delay(after > Pause ? after.Value : Pause, time, cancellationToken);
        }
    }
}
