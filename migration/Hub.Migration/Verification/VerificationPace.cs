namespace Hub.Migration.Verification;

/// <summary>How fast a verification reads, and when it keeps how far it came.</summary>
/// <param name="rowsPerSecond">Source rows a second, at most; 0: as fast as it goes.</param>
internal sealed class VerificationPace(int rowsPerSecond, TimeProvider time)
{
    private const int LargestChunk = 50_000;
    private const int SmallestChunk = 500;
    private static readonly TimeSpan SettleEach = TimeSpan.FromSeconds(5);
    private readonly long _began = time.GetTimestamp();
    private long _settled = time.GetTimestamp();
    private long _rows;

    /// <summary>Rows read between two watermarks: at a slow pace small ones, so that it is even.</summary>
    public int ChunkRows { get; init; } = rowsPerSecond == 0 ? LargestChunk : Math.Clamp(rowsPerSecond, SmallestChunk, LargestChunk);

    /// <summary>Source rows read since it began.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Rows a second since it began.</summary>
    public double Rate => Rows / Math.Max(0.001, time.GetElapsedTime(_began).TotalSeconds);

    /// <summary>Waits as long as the pace asks for.</summary>
    public async ValueTask KeepAsync(int rows, CancellationToken cancellationToken)
    {
        var read = Interlocked.Add(ref _rows, rows);
        if (rowsPerSecond > 0 && TimeSpan.FromSeconds((double)read / rowsPerSecond) - time.GetElapsedTime(_began) is var ahead && ahead > TimeSpan.Zero)
        {
            await Task.Delay(ahead, time, cancellationToken);
        }
    }

    /// <summary>Some seconds have passed since it was true the last time: a kill costs no more.</summary>
    public bool IsTimeToSettle()
    {
        var due = time.GetElapsedTime(_settled) >= SettleEach;
        if (due)
        {
            _settled = time.GetTimestamp();
        }

        return due;
    }
}
