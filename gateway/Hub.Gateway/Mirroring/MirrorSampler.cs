using Hub.Placement.Config;

namespace Hub.Gateway.Mirroring;

/// <summary>Picks requests of a group: so many per cent, and at most so many in a second.</summary>
internal sealed class MirrorSampler(MirrorConfig config, TimeProvider time)
{
    private long _second;
    private int _picked;

    public bool Picks()
    {
        if (config.Percent < 100 && Random.Shared.NextDouble() * 100 >= config.Percent)
        {
            return false;
        }

        if (config.PerSecond == 0)
        {
            return true;
        }

        var second = time.GetTimestamp() / time.TimestampFrequency;
        var known = Volatile.Read(ref _second);
        if (second != known && Interlocked.CompareExchange(ref _second, second, known) == known)
        {
            Volatile.Write(ref _picked, 0);
        }

        return Interlocked.Increment(ref _picked) <= config.PerSecond;
    }
}
