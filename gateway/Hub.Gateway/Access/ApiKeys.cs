using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Gateway.Access;

/// <summary>
/// Consumers by the hash of their keys. Only hashes are held, of keys of full entropy, so one look-up by SHA-256 is enough.
/// Where they stand is read again each ten seconds while keys are asked for: a key that is added or withdrawn needs no apply.
/// </summary>
internal sealed class ApiKeys
{
    private static readonly long Good = (long)TimeSpan.FromSeconds(10).TotalMilliseconds;

    /// <summary>No key of ours is longer; a longer text is not hashed.</summary>
    private const int LongestKey = 256;

    private readonly IReadOnlyDictionary<string, ConsumerConfig> _consumers;
    private volatile FrozenDictionary<UInt128, string> _byHash;
    private long _readAt;

    private ApiKeys(IReadOnlyDictionary<string, ConsumerConfig> consumers, FrozenDictionary<UInt128, string> byHash) =>
        (_consumers, _byHash) = (consumers, byHash);

    /// <summary>Reads all; what can't be read is told and refuses the document, so that nobody is locked out in silence.</summary>
    public static ApiKeys Read(IReadOnlyDictionary<string, ConsumerConfig> consumers, List<ConfigProblem> problems) =>
        new(consumers, Hashes(consumers, (name, why) => problems.Add(new ConfigProblem(
            $"Hub.Consumers.{name}.KeyHashes", 0, $"the key hashes of '{name}' can't be read on this plane", why,
            "write the line that 'hub consumer key' prints to where it points"))));

    /// <summary>Whose key it is; null where it is nobody's.</summary>
    public string? Find(string key, long milliseconds)
    {
        if (milliseconds - Volatile.Read(ref _readAt) > Good)
        {
            Refresh(milliseconds);
        }

        return key.Length <= LongestKey && _byHash.TryGetValue(HashOf(key), out var consumer) ? consumer : null;
    }

    private void Refresh(long milliseconds)
    {
        var last = Interlocked.Exchange(ref _readAt, milliseconds);
        if (milliseconds - last <= Good)
        {
            return;
        }

        // A few lines from the page cache. A file that is just replaced, or gone, leaves what was read last.
        var whole = true;
        var hashes = Hashes(_consumers, (_, _) => whole = false);
        if (whole)
        {
            _byHash = hashes;
        }
    }

    private static FrozenDictionary<UInt128, string> Hashes(
        IReadOnlyDictionary<string, ConsumerConfig> consumers, Action<string, string> unreadable)
    {
        var byHash = new Dictionary<UInt128, string>();
        foreach (var (name, consumer) in consumers)
        {
            try
            {
                foreach (var line in consumer.KeyHashes!.Value.Reveal().Split(['\n', ' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    var hash = Convert.FromHexString(line);
                    if (hash.Length != SHA256.HashSizeInBytes)
                    {
                        throw new FormatException($"a line is of {hash.Length} bytes, and a SHA-256 is of 32");
                    }

                    byHash[First(hash)] = name;
                }
            }
            catch (Exception e) when (e is FormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                unreadable(name, e.Message);
            }
        }

        return byHash.ToFrozenDictionary();
    }

    private static UInt128 HashOf(string key)
    {
        Span<byte> text = stackalloc byte[LongestKey * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return First(hash);
    }

    // Half of the hash finds it: to meet 128 bits by chance, or by trying, is as hard as to guess a key.
    private static UInt128 First(ReadOnlySpan<byte> hash) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
}
