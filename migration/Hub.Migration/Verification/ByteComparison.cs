using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying.Postgres;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>
/// Compares a table from PostgreSQL to PostgreSQL by the bytes that both servers send, in key order: a value is made only where a column is
/// converted. What it calls the same is the same; what it can't say so of is a suspect, whose rows are mapped and compared as objects.
/// </summary>
internal sealed class ByteComparison
{
    private readonly PostgresSource _source;
    private readonly PostgresTarget _target;
    private readonly TableMapping _mapping;
    private readonly DatabaseTable _table;
    private readonly ImmutableArray<ByteColumn> _columns;
    private readonly ImmutableArray<BinaryColumn> _read;
    private readonly string _select;
    private readonly int _keys;
    private readonly bool _alike;

    private ByteComparison(PostgresSource source, PostgresTarget target, TableMapping mapping, DatabaseTable table, ImmutableArray<ByteColumn> columns)
    {
        (_source, _target, _mapping, _table, _columns) = (source, target, mapping, table, columns);
        _keys = mapping.Key.Length;
        _read = [.. columns.Where(column => column.Source is not null).Select(column => column.Source!.Value)];
        _select = string.Join(", ", columns.Select(column =>
            column.Source is { Form: BinaryForm.Whole } ? $"{PostgresReads.Quote(column.Target.Name)}::bigint" : PostgresReads.Quote(column.Target.Name)));
        _alike = columns.All(column => column.IsSame);
    }

    /// <returns>Null where the table's rows have to be made objects of: another database at an end, a filter, code, a key that is converted.</returns>
    public static async Task<ByteComparison?> BindAsync(VerifiedTarget target, TableMapping table, DatabaseTable source, CancellationToken cancellationToken)
    {
        if (target is not { Source: PostgresSource from, Store: PostgresTarget to } || !table.Joins.IsEmpty || !table.Where.IsEmpty
            || !source.Key.SequenceEqual(table.Key.Select(place => table.Columns[place].From ?? "")))
        {
            return null;
        }

        var declared = await to.ColumnsAsync(table, cancellationToken);
        var columns = ImmutableArray.CreateBuilder<ByteColumn>(declared.Length);
        foreach (var place in table.Key.Concat(Enumerable.Range(0, declared.Length).Except(table.Key)))
        {
            if (ByteColumn.Of(table.Columns[place], source, declared[place]) is not { } column || (columns.Count < table.Key.Length && !column.Orders))
            {
                return null;
            }

            columns.Add(column);
        }

        return new ByteComparison(from, to, table, source, columns.DrainToImmutable());
    }

    public Task<BinaryRows> ReadSourceAsync(ChangeRow? after, int rows, CancellationToken cancellationToken) =>
        _source.ReadBinaryChunkAsync(_table, _read, after, rows, cancellationToken);

    public Task<BinaryRows> ReadTargetAsync(object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken) =>
        _target.ReadBinaryRangeAsync(_mapping, _select, after, upTo, rows, cancellationToken);

    /// <summary>A row's key, the target's and the source's.</summary>
    public (object?[] Key, ChangeRow SourceKey) KeyOf(ReadOnlySpan<byte> row)
    {
        var key = new object?[_keys];
        var values = new ChangeValue[_keys];
        for (var i = 0; i < _keys; i++)
        {
            (key[i], values[i]) = _columns[i].ReadKey(BinaryRows.Take(ref row, out _));
        }

        return (key, new ChangeRow(VerifiedTarget.Names(_table), values));
    }

    /// <summary>The rows that are not certainly the same, each once.</summary>
    /// <param name="found">A row of one of the sides; whether the source has its key.</param>
    /// <exception cref="UnorderedKeysException">The source's keys don't rise.</exception>
    public void Compare(BinaryRows source, BinaryRows target, FoundRow found)
    {
        var (left, right) = (0, 0);
        while (left < source.Count || right < target.Count)
        {
            if (left > 0 && left < source.Count && OrderOf(source[left - 1], source[left]) >= 0)
            {
                throw new UnorderedKeysException();
            }

            var order = left == source.Count ? 1 : right == target.Count ? -1 : OrderOf(source[left], target[right]);
            if (order > 0)
            {
                found(target[right++], atSource: false);
                continue;
            }

            if (order < 0 || !IsSame(source[left], target[right]))
            {
                found(source[left], atSource: true);
            }

            left++;
            right += order == 0 ? 1 : 0;
        }
    }

    private int OrderOf(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (var i = 0; i < _keys; i++)
        {
            var order = _columns[i].Compare(BinaryRows.Take(ref left, out _), BinaryRows.Take(ref right, out _));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private bool IsSame(ReadOnlySpan<byte> source, ReadOnlySpan<byte> target)
    {
        if (_alike && source.SequenceEqual(target))
        {
            return true;
        }

        foreach (var column in _columns)
        {
            var isNull = true;
            var expected = column.Source is null ? default : BinaryRows.Take(ref source, out isNull);
            var actual = BinaryRows.Take(ref target, out var isNullThere);
            if (!column.Equals(expected, isNull, actual, isNullThere))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Called with a row, as long as it is looked at.</summary>
internal delegate void FoundRow(ReadOnlySpan<byte> row, bool atSource);
