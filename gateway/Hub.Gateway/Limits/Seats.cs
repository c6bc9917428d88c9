using Hub.Placement.Config;

namespace Hub.Gateway.Limits;

/// <summary>
/// Seats for requests in hand at once. Each priority and those below it together take no more than their part, so that a
/// shop full of visitors has seats left for those who pay. A seat that comes free goes to the highest priority that
/// waits, and each fourth to whoever waits longest, so that nobody starves.
/// </summary>
internal sealed class Seats(int most, int kept, int queue, TimeSpan wait, TimeProvider time)
{
    private const int Priorities = 4;

    /// <summary>One in so many freed seats goes by waiting time alone.</summary>
    private const int FairTurn = 4;

    private readonly Lock _lock = new();
    private readonly int[] _most = Parts(most, kept);
    private readonly int[] _held = new int[Priorities];
    private readonly SortedSet<Waiter>[] _waiting = [.. Enumerable.Range(0, Priorities).Select(_ => new SortedSet<Waiter>())];
    private int _waiters;
    private long _number;
    private int _freed;

    public (int, int, int, TimeSpan) Asked { get; } = (most, kept, queue, wait);

    /// <summary>How many requests hold one now.</summary>
    public int Held
    {
        get
        {
            lock (_lock)
            {
                return _held.Sum();
            }
        }
    }

    /// <summary>How many requests wait now; never more than the queue.</summary>
    public int Waiting => Volatile.Read(ref _waiters);

    public static (int, int, int, TimeSpan) Of(SeatsConfig config) => (config.Most, config.Kept, config.Queue, config.Wait);

    public bool TryTake(Priority priority)
    {
        lock (_lock)
        {
            // Who waits could not take it: a seat is handed on when it comes free.
            return TryHold((int)priority);
        }
    }

    /// <summary>Waits for a seat, where none is free and the queue has room.</summary>
    /// <param name="since">Since when the customer wants in, in milliseconds: its place among those of its priority.</param>
    /// <returns>False: the shop is full, and the time for waiting is over.</returns>
    public ValueTask<bool> TakeAsync(Priority priority, long since, CancellationToken aborted)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (TryHold((int)priority))
            {
                return ValueTask.FromResult(true);
            }

            waiter = new Waiter((int)priority, since, _number++);
            if (wait <= TimeSpan.Zero || (_waiters >= queue && !Displace(waiter)))
            {
                return ValueTask.FromResult(false);
            }

            _waiting[waiter.Priority].Add(waiter);
            _waiters++;
        }

        return WaitAsync(waiter, aborted);
    }

    /// <summary>Gives a seat back, to the one who waits for it.</summary>
    public void Release(Priority priority)
    {
        lock (_lock)
        {
            _held[(int)priority]--;
            while (Next() is { } next)
            {
                _held[next.Priority]++;
                Leave(next, held: true);
            }
        }
    }

    // Checkout all, account half of what is kept too, browsing none of it, crawlers a quarter of what browsing has.
    private static int[] Parts(int most, int kept)
    {
        var reserve = (int)((long)most * kept / 100);
        var browse = Math.Max(1, most - reserve);
        return [most, Math.Max(1, most - (reserve / 2)), browse, Math.Max(1, browse / 4)];
    }

    private async ValueTask<bool> WaitAsync(Waiter waiter, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(wait, time);
        await using var over = patience.Token.UnsafeRegister(GiveUp, (this, waiter));
        await using var gone = aborted.UnsafeRegister(GiveUp, (this, waiter));
        return await waiter.Got.Task;

        static void GiveUp(object? state)
        {
            var (seats, waiter) = ((Seats, Waiter))state!;
            lock (seats._lock)
            {
                if (seats._waiting[waiter.Priority].Contains(waiter))
                {
                    seats.Leave(waiter, held: false);
                }
            }
        }
    }

    private bool TryHold(int priority)
    {
        if (!Fits(priority))
        {
            return false;
        }

        _held[priority]++;
        return true;
    }

    private bool Fits(int priority)
    {
        var below = 0;
        for (var p = Priorities - 1; p >= 0; p--)
        {
            below += _held[p];
            if (p <= priority && below >= _most[p])
            {
                return false;
            }
        }

        return true;
    }

    private Waiter? Next()
    {
        if (_waiters == 0)
        {
            return null;
        }

        Waiter? next = null;
        var fair = _freed % FairTurn == FairTurn - 1;
        for (var p = 0; p < Priorities; p++)
        {
            if (_waiting[p].Min is { } first && Fits(p) && (next is null || (fair && first.CompareTo(next) < 0)))
            {
                next = first;
            }
        }

        _freed += next is null ? 0 : 1;
        return next;
    }

    // The queue is full: the newest of the lowest priority goes, where the one that comes has more right to its place.
    private bool Displace(Waiter coming)
    {
        for (var p = Priorities - 1; p >= coming.Priority; p--)
        {
            if (_waiting[p].Max is { } last)
            {
                if (p == coming.Priority && last.CompareTo(coming) < 0)
                {
                    return false;
                }

                Leave(last, held: false);
                return true;
            }
        }

        return false;
    }

    private void Leave(Waiter waiter, bool held)
    {
        _waiting[waiter.Priority].Remove(waiter);
        _waiters--;
        waiter.Got.TrySetResult(held);
    }

    private sealed class Waiter(int priority, long since, long number) : IComparable<Waiter>
    {
        public int Priority => priority;

        public TaskCompletionSource<bool> Got { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private (long Since, long Number) Place => (since, number);

        public int CompareTo(Waiter? other) => other is null ? 1 : Place.CompareTo(other.Place);
    }
}
