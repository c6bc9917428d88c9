using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Hub.Gateway.Customers;

/// <summary>
/// A memory of bounded size without a timer or a lock on reading: two generations, and what is used moves to the younger.
/// </summary>
/// <param name="capacity">How many entries it holds at least before the ones not used lately go; it holds twice that at most.</param>
internal sealed class BoundedMemory<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.Entries.TryGetValue(key, out value))
        {
            return true;
        }

        if (!_old.Entries.TryGetValue(key, out value))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    /// <summary>The same by a key that needs no object of its own: a span for a string.</summary>
    public bool TryGet<TAlternate>(TAlternate key, [MaybeNullWhen(false)] out TValue value)
        where TAlternate : notnull, allows ref struct
    {
        if (_young.Entries.GetAlternateLookup<TAlternate>().TryGetValue(key, out value))
        {
            return true;
        }

        if (!_old.Entries.GetAlternateLookup<TAlternate>().TryGetValue(key, out var own, out value))
        {
            return false;
        }

        Set(own, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        var young = _young;
        young.Entries[key] = value;
        if (Interlocked.Increment(ref young.Count) <= capacity)
        {
            return;
        }

        lock (_turning)
        {
            if (ReferenceEquals(young, _young))
            {
                (_old, _young) = (young, new Generation());
            }
        }
    }

    public void Remove(TKey key)
    {
        _young.Entries.TryRemove(key, out _);
        _old.Entries.TryRemove(key, out _);
    }

    private sealed class Generation
    {
        public ConcurrentDictionary<TKey, TValue> Entries { get; } = new();

        public int Count;
    }
}
