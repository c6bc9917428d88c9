using Hub.ChangeFeed;
using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>What changes amount to for each row of the target (CDC.md "Apply" 3).</summary>
internal sealed class NetEffect
{
    private readonly Dictionary<string, NetTable> _tables = new(StringComparer.Ordinal);
    private NetTable? _last;

    public IReadOnlyCollection<NetTable> Tables => _tables.Values;

    public NetTable? Of(string table) => _tables.GetValueOrDefault(table);

    /// <summary>Begins anew, with the room that it has.</summary>
    public void Clear()
    {
        foreach (var table in _tables.Values)
        {
            table.Clear();
        }
    }

    /// <param name="place">The change's place in the batch.</param>
    public void Add(RowEffect effect, int place, ChangeOperation operation)
    {
        if (_last is null || !ReferenceEquals(_last.Mapping, effect.Table))
        {
            if (!_tables.TryGetValue(effect.Table.Name, out _last))
            {
                _tables.Add(effect.Table.Name, _last = new NetTable(effect.Table));
            }
        }

        _last.Add(effect, place, operation);
    }
}

/// <summary>A table's part of it.</summary>
internal sealed class NetTable(TableMapping mapping)
{
    private readonly Dictionary<object?[], NetRow> _rows = new(KeyComparer.Instance);

    public TableMapping Mapping => mapping;

    /// <summary>All rows that stood there go first.</summary>
    public bool Truncated { get; private set; }

    public IReadOnlyCollection<NetRow> Rows => _rows.Values;

    public void Clear()
    {
        _rows.Clear();
        Truncated = false;
    }

    public void Add(RowEffect effect, int place, ChangeOperation operation)
    {
        if (effect.IsTruncate)
        {
            _rows.Clear();
            Truncated = true;
            return;
        }

        if (_rows.TryGetValue(effect.Key, out var row))
        {
            row.Merge(effect.Row, place);
        }
        else
        {
            _rows.Add(effect.Key, new NetRow(effect.Key, effect.Row, place)
            {
                IsNew = effect.Row is not null && (Truncated || operation is ChangeOperation.Create or ChangeOperation.Read),
                Replaces = Truncated || effect.Row is null,
            });
        }
    }
}

/// <summary>What becomes of one row.</summary>
internal sealed class NetRow(object?[] key, object?[]? row, int place)
{
    public object?[] Key => key;

    /// <summary>Its values; null where it goes.</summary>
    public object?[]? Row { get; private set; } = row;

    /// <summary>The place of the last change that had to do with it.</summary>
    public int Place { get; private set; } = place;

    /// <summary>As far as the changes tell, the target has no such row.</summary>
    public bool IsNew { get; init; }

    /// <summary>The row that the target holds under the key is another one, which goes: no value may be taken from it.</summary>
    public bool Replaces { get; set; }

    /// <summary>Some of its values are not known.</summary>
    public bool IsMasked
    {
        get
        {
            if (Row is { } values)
            {
                foreach (var value in values)
                {
                    if (ReferenceEquals(value, RowEffect.Unknown))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    public void Merge(object?[]? newer, int place)
    {
        Place = place;
        if (newer is null)
        {
            (Row, Replaces) = (null, true);
            return;
        }

        // A value that the newer change leaves out is what an earlier one of the batch gave.
        object?[]? merged = null;
        for (var i = 0; Row is not null && i < newer.Length; i++)
        {
            if (ReferenceEquals(newer[i], RowEffect.Unknown) && !ReferenceEquals(Row[i], RowEffect.Unknown))
            {
                (merged ??= [.. newer])[i] = Row[i];
            }
        }

        Row = merged ?? newer;
    }

    /// <summary>The row as the source has it now, in place of one with unknown values.</summary>
    public void Fill(object?[] whole) => Row = whole;
}
