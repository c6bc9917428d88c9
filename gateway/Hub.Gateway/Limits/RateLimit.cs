using Hub.Gateway.Customers;
using Hub.Placement.Config;

namespace Hub.Gateway.Limits;

/// <summary>
/// A rate for each of many clients, by the generic cell rate algorithm: one number a client, which says when its next
/// request would be due if it came evenly. System.Threading.RateLimiting's partitions have no bound and a timer each
/// (docs/decisions, "rates and seats").
/// </summary>
/// <param name="clients">
/// It remembers so many clients at least and twice as many at most (about 150 bytes each); who was not seen lately goes
/// first, and begins anew.
/// </param>
internal sealed class RateLimit(int requests, TimeSpan per, int burst, int clients, TimeProvider time)
{
    /// <summary>How many clients a limit of its own remembers, and how many that of a single route.</summary>
    public const int MostClients = 50_000, MostClientsOfRoute = 10_000;

    private readonly long _interval = Math.Max(1, (long)(per.TotalSeconds / requests * time.TimestampFrequency));
    private readonly BoundedMemory<UInt128, Due> _clients = new(clients);

    public (int, TimeSpan, int) Asked { get; } = (requests, per, burst);

    public static (int, TimeSpan, int) Of(RateConfig config) => (config.Requests, config.Per, config.Burst ?? config.Requests);

    /// <summary>Counts a request.</summary>
    /// <param name="now">A timestamp of the <see cref="TimeProvider"/>.</param>
    /// <returns>0: it may pass; else after how many seconds one may.</returns>
    public int Take(UInt128 client, long now)
    {
        if (!_clients.TryGet(client, out var due))
        {
            // Of two first requests at once one may go uncounted.
            due = new Due(now);
            _clients.Set(client, due);
        }

        var ahead = due.Take(now, _interval, _interval * (Asked.Item3 - 1));
        return ahead <= 0 ? 0 : (int)Math.Min(int.MaxValue, Math.Ceiling((double)ahead / time.TimestampFrequency));
    }

    private sealed class Due(long at)
    {
        private long _at = at;

        /// <returns>How far the client is ahead of what it may; 0 or less where the request is counted.</returns>
        public long Take(long now, long interval, long tolerance)
        {
            for (var seen = Volatile.Read(ref _at); ;)
            {
                var from = Math.Max(seen, now);
                if (from - now > tolerance)
                {
                    return from - now - tolerance;
                }

                var before = Interlocked.CompareExchange(ref _at, from + interval, seen);
                if (before == seen)
                {
                    return 0;
                }

                seen = before;
            }
        }
    }
}
