using Hub.Placement;
using Hub.Planes;

namespace Hub.Gateway.Marks;

/// <summary>Up to where a side has what is written on the other, as control passes it on (SAFETY.md 8).</summary>
/// <param name="heard">What control told last; null where it told nothing.</param>
internal sealed class AppliedTimes(Func<HeardSignals?> heard)
{
    /// <summary>How far the other side has what is written on <paramref name="written"/>.</summary>
    public AppliedUpTo Of(string dataset, Side written)
    {
        // What New writes goes back by a pipeline of its own, which reports when there is one.
        if (written == Side.New || heard() is not { } told || !told.Signals.Applied.TryGetValue(dataset, out var applied))
        {
            return AppliedUpTo.Unknown;
        }

        var toldAt = told.At - TimeSpan.FromSeconds(applied.AgeSeconds);
        return new AppliedUpTo(applied.UpTo.ToUnixTimeMilliseconds(), toldAt.ToUnixTimeMilliseconds());
    }
}
