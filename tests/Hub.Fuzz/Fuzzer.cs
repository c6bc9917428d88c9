using System.Diagnostics;
using System.Text;

namespace Hub.Fuzz;

/// <summary>
/// Changes seeds at random and hands them to a target until the time is over. One seed number makes one sequence, so that
/// what failed can be run again.
/// </summary>
internal static class Fuzzer
{
    /// <summary>A target that has not come back by then hangs. Generous, for the machine may be loaded.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int LongestInput = 16 * 1024;

    /// <returns>How many inputs were taken.</returns>
    /// <exception cref="FuzzException">An input crashed the target or made it hang; the message says how to run it again.</exception>
    public static long Run(FuzzTarget target, int seed, TimeSpan duration)
    {
        var random = new Random(seed);
        var started = Stopwatch.GetTimestamp();
        var (count, input) = (0L, Array.Empty<byte>());

        // The input is taken on a thread of its own: one that hangs can be told, though not ended.
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                Volatile.Write(ref input, count < target.Seeds.Count ? target.Seeds[(int)count] : Next(target, random));
                try
                {
                    target.Take(input);
                }
                catch (Exception e)
                {
                    failure = e;
                    return;
                }

                Interlocked.Increment(ref count);
            }
        })
        { IsBackground = true };
        thread.Start();

        for (var seen = -1L; !thread.Join(Patience); seen = Interlocked.Read(ref count))
        {
            if (Interlocked.Read(ref count) == seen)
            {
                throw Failed($"took no end within {Patience.TotalSeconds:0} s", null);
            }
        }

        return failure is null ? count : throw Failed($"threw {failure.GetType().Name}: {failure.Message}", failure);

        FuzzException Failed(string what, Exception? inner) => new(
            $"{target} {what}\nseed {seed}, input {count}, {input.Length} bytes: {Convert.ToHexString(input)}\nas text: {Printable(input)}\n"
            + $"again: dotnet run --project tests/Hub.Fuzz -- fuzz --target {target} --seed {seed}", inner);
    }

    private static byte[] Next(FuzzTarget target, Random random)
    {
        var bytes = target.Seeds[random.Next(target.Seeds.Count)].ToList();
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            Change(bytes, target, random);
        }

        return [.. bytes.Take(LongestInput)];
    }

    private static void Change(List<byte> bytes, FuzzTarget target, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 16), bytes.Count - at);
        switch (random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                // Bytes that grammars are made of.
                bytes.Insert(at, (byte)"\0\t\r\n \"#%&'()*+,-./0:;<=>?@[\\]^_`{|}~\x7f\xff"[random.Next(37)]);
                break;
            case 5:
                var other = target.Seeds[random.Next(target.Seeds.Count)];
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..random.Next(from, other.Length + 1)]);
                break;
            case 6 when random.Next(20) == 0:
                bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(4096)));
                break;
            default:
                break;
        }
    }

    private static string Printable(byte[] bytes) =>
        string.Concat(Encoding.Latin1.GetString(bytes).Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\x{(int)c:x2}"));
}

/// <summary>An input that crashed a target or made it hang.</summary>
internal sealed class FuzzException(string message, Exception? inner) : Exception(message, inner);
