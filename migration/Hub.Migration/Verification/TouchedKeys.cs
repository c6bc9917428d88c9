using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Verification;

/// <summary>Keys that a stream touched, each with the batch in which it was last. Not for several threads.</summary>
/// <remarks>At most <see cref="MostKeys"/> are kept: beyond, all are taken for touched, and no more is noted until the next watermark comes by.</remarks>
internal sealed class TouchedKeys
{
    public const int MostKeys = 200_000;
    private readonly Dictionary<object?[], Touch> _touched = new(KeyComparer.Instance);
    private long _flood = -1;
    private long _newest = -1;

    /// <summary>The batch that goes by now.</summary>
    public long Batch { get; set; }

    /// <summary>Somebody may ask for what is touched now.</summary>
    public bool IsNoting => _newest > _flood;

    /// <summary>A watermark comes by, since which somebody will ask.</summary>
    /// <returns>Its batch.</returns>
    public long Mark() => _newest = Batch;

    /// <summary>Any key may have been touched (a truncate).</summary>
    public void AddAll()
    {
        _flood = Batch;
        _touched.Clear();
        _touched.TrimExcess();
    }

    /// <param name="sourceKey">The key of the source's row whose change it was.</param>
    /// <param name="row">What the stream made of it, where somebody looks at that.</param>
    public void Add(object?[] key, ChangeRow? sourceKey, SeenRow? row)
    {
        if (!_touched.TryGetValue(key, out var touch))
        {
            if (_touched.Count >= MostKeys)
            {
                AddAll();
                return;
            }

            _touched.Add(key, touch = new Touch());
        }

        (touch.Batch, touch.SourceKey) = (Batch, sourceKey);
        if (row is { } seen)
        {
            (touch.Rows ??= []).Add(seen.Values);
        }
    }

    /// <summary>What was touched since a batch; null: all may have been.</summary>
    public Dictionary<object?[], Touch>? Since(long batch) => _flood >= batch
        ? null
        : _touched.Where(touch => touch.Value.Batch >= batch).ToDictionary(touch => touch.Key, touch => touch.Value, KeyComparer.Instance);

    /// <summary>Nobody asks any more for what was touched before.</summary>
    public void Forget(long before)
    {
        foreach (var (key, touch) in _touched)
        {
            if (touch.Batch < before)
            {
                _touched.Remove(key);
            }
        }
    }
}

/// <summary>That a key was touched.</summary>
internal sealed class Touch
{
    public long Batch { get; set; }

    /// <summary>The key of the source's row whose change it was, the newest one.</summary>
    public ChangeRow? SourceKey { get; set; }

    /// <summary>What the stream made of it, one after another; null: it went. Null as a whole where that is not kept.</summary>
    public List<object?[]?>? Rows { get; set; }
}

/// <summary>What the stream made of a key; no values: it went.</summary>
internal readonly record struct SeenRow(object?[]? Values);
