using Hub.ChangeFeed;
using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>
/// The keys in quarantine, in memory, so that a change of a key that doesn't wait costs nothing. A person may have discarded
/// one of them meanwhile: the table is asked where one is found here.
/// </summary>
internal sealed class WaitingKeys
{
    private readonly Dictionary<string, Dictionary<string, (string Table, object?[] Key)[]>> _bySource = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<object?[], int>> _byTarget = new(StringComparer.Ordinal);
    private readonly List<Action> _undo = [];

    public int Count { get; private set; }

    public bool Any(string source) => _bySource.TryGetValue(source, out var keys) && keys.Count > 0;

    public bool Holds(string source, string key) => _bySource.TryGetValue(source, out var keys) && keys.ContainsKey(key);

    /// <summary>Whether a row of the target's table may be another one soon, because a change that has to do with it waits, one of another source key.</summary>
    public bool HoldsTarget(string table, object?[] key, string source, Func<string> sourceKey)
    {
        if (!_byTarget.TryGetValue(table, out var held) || !held.TryGetValue(key, out var count))
        {
            return false;
        }

        var own = _bySource.GetValueOrDefault(source)?.GetValueOrDefault(sourceKey()) ?? [];
        return count > own.Count(target => target.Table == table && KeyComparer.Instance.Equals(target.Key, key));
    }

    public void Add(ChangeEvent change, TargetMapping mapping)
    {
        var key = change.Key.ToJson();
        if (Holds(change.Table, key))
        {
            return;
        }

        var targets = new List<(string, object?[])>();
        foreach (var table in mapping.Tables)
        {
            if (table.From == change.Table && !table.Key.IsEmpty)
            {
                foreach (var image in new[] { change.Before, change.After ?? change.Key })
                {
                    if (image is not null && table.MapKey(image) is { } found)
                    {
                        targets.Add((table.Name, found));
                    }
                }
            }
        }

        Put(change.Table, key, [.. targets]);
        _undo.Add(() => Take(change.Table, key));
    }

    public void Remove(string source, string key)
    {
        if (Holds(source, key))
        {
            var targets = Take(source, key);
            _undo.Add(() => Put(source, key, targets));
        }
    }

    public void Clear(string source)
    {
        foreach (var key in _bySource.GetValueOrDefault(source)?.Keys.ToArray() ?? [])
        {
            Remove(source, key);
        }
    }

    /// <summary>What was done since the last <see cref="Keep"/> stays.</summary>
    public void Keep() => _undo.Clear();

    /// <summary>What was done since the last <see cref="Keep"/> was rolled back.</summary>
    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            _undo[i]();
        }

        _undo.Clear();
    }

    private void Put(string source, string key, (string Table, object?[] Key)[] targets)
    {
        if (!_bySource.TryGetValue(source, out var keys))
        {
            _bySource.Add(source, keys = new(StringComparer.Ordinal));
        }

        keys.Add(key, targets);
        Count++;
        foreach (var (table, target) in targets)
        {
            if (!_byTarget.TryGetValue(table, out var held))
            {
                _byTarget.Add(table, held = new(KeyComparer.Instance));
            }

            held[target] = held.GetValueOrDefault(target) + 1;
        }
    }

    private (string Table, object?[] Key)[] Take(string source, string key)
    {
        _bySource[source].Remove(key, out var targets);
        Count--;
        foreach (var (table, target) in targets!)
        {
            var held = _byTarget[table];
            if (--held[target] == 0)
            {
                held.Remove(target);
            }
        }

        return targets;
    }
}
