using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>What one side of a group did in a span of time.</summary>
/// <param name="Requests">Requests that the side was to answer; a client that hung up at once is not counted.</param>
/// <param name="Errors">Those answered with 5xx, or not at all. Clients that hung up are no errors.</param>
/// <param name="Fallbacks">Reads that legacy answered for it since it failed; each is an error too.</param>
/// <param name="Orders">Business keys learnt from its answers: orders.</param>
/// <param name="JourneysBegun">First steps of journeys.</param>
/// <param name="JourneysCompleted">Last steps, answered with success.</param>
/// <param name="MoneyMismatches">Answers that the mirror found to differ in money, stock or status.</param>
/// <param name="Latency">Answers by the time to their first byte, a count a bucket of <see cref="LatencyBuckets"/>; trailing zeros are left out.</param>
public sealed record SideFigures(
    long Requests,
    long Errors,
    long Fallbacks,
    long Orders,
    long JourneysBegun,
    long JourneysCompleted,
    long MoneyMismatches,
    ImmutableArray<long> Latency)
{
    public static SideFigures None { get; } = new(0, 0, 0, 0, 0, 0, 0, []);

    public bool IsEmpty => Requests == 0 && MoneyMismatches == 0;

    public SideFigures Plus(SideFigures other) => new(
        Requests + other.Requests, Errors + other.Errors, Fallbacks + other.Fallbacks, Orders + other.Orders,
        JourneysBegun + other.JourneysBegun, JourneysCompleted + other.JourneysCompleted, MoneyMismatches + other.MoneyMismatches,
        LatencyBuckets.Sum(Latency, other.Latency));
}

/// <summary>What both sides of a group did in a minute or an hour.</summary>
/// <param name="At">When it began, UTC.</param>
/// <param name="Seconds">How long it is: 60 or 3,600; the newest may not be over.</param>
public sealed record GroupFigures(string Group, DateTimeOffset At, int Seconds, SideFigures Legacy, SideFigures New)
{
    public SideFigures Both => Legacy.Plus(New);
}

/// <summary>What a group did in the same hour last week, both sides together: what guards compare with (SAFETY.md 21).</summary>
public sealed record GroupBaseline(SideFigures Figures);

/// <summary>
/// The fixed buckets of latency. They are part of what planes and control say to each other: a change is a new protocol.
/// </summary>
public static class LatencyBuckets
{
    /// <summary>Upper bounds in milliseconds, each within about 1.5 of the last; what is slower is in one more bucket.</summary>
    public static ImmutableArray<int> Bounds { get; } =
        [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000];

    public static int Count => Bounds.Length + 1;

    /// <summary>The bucket of a time.</summary>
    public static int Of(double milliseconds)
    {
        var (low, high) = (0, Bounds.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = milliseconds <= Bounds[middle] ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>The upper bound of the bucket that the quantile is in, in milliseconds; null where there is nothing, or it is slower than all bounds.</summary>
    public static int? Quantile(ImmutableArray<long> counts, double quantile)
    {
        var all = counts.IsDefault ? 0 : counts.Sum();
        var below = 0L;
        for (var i = 0; all > 0 && i < Math.Min(counts.Length, Bounds.Length); i++)
        {
            below += counts[i];
            if (below >= quantile * all)
            {
                return Bounds[i];
            }
        }

        return null;
    }

    /// <summary>How many were slower than the bound of a bucket.</summary>
    public static long Slower(ImmutableArray<long> counts, int bucket)
    {
        var slower = 0L;
        for (var i = bucket + 1; i < (counts.IsDefault ? 0 : counts.Length); i++)
        {
            slower += counts[i];
        }

        return slower;
    }

    internal static ImmutableArray<long> Sum(ImmutableArray<long> one, ImmutableArray<long> other)
    {
        if (one.IsDefaultOrEmpty || other.IsDefaultOrEmpty)
        {
            return one.IsDefaultOrEmpty ? (other.IsDefault ? [] : other) : one;
        }

        var (longer, shorter) = one.Length >= other.Length ? (one, other) : (other, one);
        var sum = longer.ToBuilder();
        for (var i = 0; i < shorter.Length; i++)
        {
            sum[i] += shorter[i];
        }

        return sum.MoveToImmutable();
    }
}
