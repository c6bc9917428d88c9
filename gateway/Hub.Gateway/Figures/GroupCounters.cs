using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Placement;

namespace Hub.Gateway.Figures;

/// <summary>
/// Counts of one group since the plane's start, both sides. They only grow: a window is the difference of two readings, so
/// the request's path needs no lock, no clock and no allocation.
/// </summary>
/// <remarks>Each processor counts in a part of its own; 512 bytes a part, 16 parts at most: 8 KiB a group.</remarks>
internal sealed class GroupCounters
{
    private const int Requests = 0, Errors = 1, Fallbacks = 2, Orders = 3, Begun = 4, Completed = 5, Money = 6, Latency = 7;
    private const int SideLength = 32, PartLength = 2 * SideLength;

    private static readonly int Parts = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(16, Environment.ProcessorCount));

    private readonly long[] _counts = new long[Parts * PartLength];

    /// <summary>How many numbers a reading has.</summary>
    public static int Length => PartLength;

    /// <summary>A request that the side answered, or should have.</summary>
    public void Answered(Side side, bool failed, double milliseconds)
    {
        var at = Part(side);
        Interlocked.Increment(ref _counts[at + Requests]);
        Interlocked.Increment(ref _counts[at + Latency + LatencyBuckets.Of(milliseconds)]);
        if (failed)
        {
            Interlocked.Increment(ref _counts[at + Errors]);
        }
    }

    /// <summary>An answer that was counted as good and broke off.</summary>
    public void BrokeOff(Side side) => Interlocked.Increment(ref _counts[Part(side) + Errors]);

    /// <summary>New failed, and legacy answered in its place.</summary>
    public void FellBack(double milliseconds)
    {
        Answered(Side.New, failed: true, milliseconds);
        Interlocked.Increment(ref _counts[Part(Side.New) + Fallbacks]);
    }

    public void Ordered(Side side) => Interlocked.Increment(ref _counts[Part(side) + Orders]);

    public void JourneyBegun(Side side) => Interlocked.Increment(ref _counts[Part(side) + Begun]);

    public void JourneyCompleted(Side side) => Interlocked.Increment(ref _counts[Part(side) + Completed]);

    /// <summary>The mirror found New's answer to differ in money, stock or status.</summary>
    public void MoneyMismatched() => Interlocked.Increment(ref _counts[Part(Side.New) + Money]);

    /// <summary>All counts by now.</summary>
    public void Read(Span<long> reading)
    {
        reading.Clear();
        for (var i = 0; i < _counts.Length; i++)
        {
            reading[i % PartLength] += Volatile.Read(ref _counts[i]);
        }
    }

    /// <summary>What a side did between two readings.</summary>
    public static SideFigures Between(ReadOnlySpan<long> before, ReadOnlySpan<long> after, Side side)
    {
        var at = (int)side * SideLength;
        var last = LatencyBuckets.Count - 1;
        while (last >= 0 && after[at + Latency + last] == before[at + Latency + last])
        {
            last--;
        }

        var latency = ImmutableArray.CreateBuilder<long>(last + 1);
        for (var i = 0; i <= last; i++)
        {
            latency.Add(after[at + Latency + i] - before[at + Latency + i]);
        }

        return new SideFigures(
            after[at + Requests] - before[at + Requests], after[at + Errors] - before[at + Errors],
            after[at + Fallbacks] - before[at + Fallbacks], after[at + Orders] - before[at + Orders],
            after[at + Begun] - before[at + Begun], after[at + Completed] - before[at + Completed],
            after[at + Money] - before[at + Money], latency.MoveToImmutable());
    }

    private static int Part(Side side) =>
        ((Thread.GetCurrentProcessorId() & (Parts - 1)) * PartLength) + ((int)side * SideLength);
}
