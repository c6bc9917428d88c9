namespace Hub.Gateway.Mirroring;

/// <summary>
/// The room that all copies of a plane have together (SAFETY.md 16): at most <see cref="MostCopies"/> of them, whose answers
/// of both sides hold at most <see cref="MostBytes"/>. What finds no room is dropped and counted.
/// </summary>
internal sealed class MirrorRoom
{
    public const int MostCopies = 256;

    public const long MostBytes = 32 * 1024 * 1024;

    private int _copies;
    private long _bytes;

    public int Copies => Volatile.Read(ref _copies);

    public long Bytes => Volatile.Read(ref _bytes);

    public bool TryEnter() => TryAdd(ref _copies);

    public void Leave() => Interlocked.Decrement(ref _copies);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= MostBytes)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref _bytes, -bytes);

    private static bool TryAdd(ref int copies)
    {
        if (Interlocked.Increment(ref copies) <= MostCopies)
        {
            return true;
        }

        Interlocked.Decrement(ref copies);
        return false;
    }
}
