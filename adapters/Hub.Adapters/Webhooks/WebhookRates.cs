using System.Collections.Concurrent;

namespace Hub.Adapters.Webhooks;

/// <summary>How many posts each connector may get: somebody who floods one is not read, and holds up no other.</summary>
internal sealed class WebhookRates(WebhookOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="connector">One that the config has: their number is bounded.</param>
    public bool TryTake(string connector) => _buckets.GetOrAdd(connector, _ => new Bucket { Left = options.Burst, At = time.GetTimestamp() }).TryTake(options, time);

    private sealed class Bucket
    {
        private readonly Lock _lock = new();

        public double Left { get; set; }

        public long At { get; set; }

        public bool TryTake(WebhookOptions options, TimeProvider time)
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                Left = Math.Min(options.Burst, Left + (time.GetElapsedTime(At, now).TotalSeconds * options.PerSecond));
                At = now;
                if (Left < 1)
                {
                    return false;
                }

                Left--;
                return true;
            }
        }
    }
}
