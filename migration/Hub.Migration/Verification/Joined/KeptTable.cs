using System.Collections.Immutable;
using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification.Joined;

/// <summary>The rows of one source table that are kept for a target's table with joins, as they are compared: whose a row is, and its columns' texts.</summary>
internal sealed class KeptTable
{
    private readonly VerifiedTarget _target;
    private readonly TableMapping _table;

    public KeptTable(VerifiedTarget target, TableMapping table, string source)
    {
        (_target, _table, Source) = (target, table, target.Tables[source]);
        var names = table.Joined!.KeptColumnsOf(source, new ColumnNames([.. Source.Columns.Select(column => column.Name)]));
        Columns = new ComparedColumns(table.KeptName(source), ["(owner)", .. names], Personal(), (_, left, right) => Equals(left, right));
    }

    public DatabaseTable Source { get; }

    public ComparedColumns Columns { get; }

    /// <summary>A row's key as differences tell it, from the source's key.</summary>
    public static object?[] KeyOf(ChangeRow key) => [.. key.Values.ToArray().Select(value => value.Text)];

    /// <summary>What is to be kept of a row; null: nothing.</summary>
    public object?[]? Of(ChangeRow row) =>
        _table.Joined!.OwnerOf(Source.Name, row) is { } owner && _table.Joined.Keep(Source.Name, row) is { } kept ? Values(owner, kept) : null;

    public static bool AreSame(object?[]? left, object?[]? right) => left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);

    /// <summary>Whether a row that the stream brought is what is kept, as far as it was sent whole.</summary>
    public static bool Brought(object?[]? seen, object?[]? kept) => seen is null || kept is null
        ? seen is null && kept is null
        : seen.Zip(kept).All(pair => ReferenceEquals(pair.First, RowEffect.Unknown) || Equals(pair.First, pair.Second));

    /// <summary>What is kept now, by <see cref="KeyOf"/>.</summary>
    public async Task<Dictionary<object?[], object?[]>> ReadAsync(IEnumerable<ChangeRow> keys, CancellationToken cancellationToken)
    {
        var wanted = keys.Select(key => (Columns.Name, key.ToJson())).ToList();
        var rows = await _target.Store.ReadTogetherAsync(async at => await at.Kept.ReadAsync(wanted, cancellationToken), cancellationToken);
        return rows.ToDictionary(row => KeyOf(SourceKeyOf(row)), row => Values(row.Owner, row.Row), KeyComparer.Instance);
    }

    /// <summary>Keys of kept rows in an order of their texts.</summary>
    public async Task<IReadOnlyList<SourceRow>> ReadPageAsync(string after, int count, CancellationToken cancellationToken) =>
        await _target.Store.ReadTogetherAsync(async at => await at.Kept.ReadPageAsync(Columns.Name, after, count, cancellationToken), cancellationToken);

    public static ChangeRow SourceKeyOf(SourceRow row) => ChangeRow.Parse(Encoding.UTF8.GetBytes(row.Key));

    /// <summary>Notes the keys of the source's table.</summary>
    /// <param name="looked">Keys of which also the rows are kept that the stream brings; null: of none.</param>
    public StreamWindow Watch(TimeProvider time, IReadOnlySet<object?[]>? looked = null) => new(
        _target, time, (change, _, touched) =>
        {
            if (change.Table != Source.Name)
            {
                return;
            }

            if (change.Operation == ChangeOperation.Truncate)
            {
                touched.AddAll();
                return;
            }

            var key = KeyOf(change.Key);
            touched.Add(key, change.Key, looked?.Contains(key) == true ? new(change.After is { } after ? Of(after) : null) : null);
        });

    private object?[] Values(string owner, ChangeRow kept)
    {
        var values = new object?[Columns.Names.Length];
        values[0] = owner;
        for (var i = 1; i < values.Length; i++)
        {
            values[i] = kept.TryGet(Columns.Names[i], out var value) && value.Kind != ChangeValueKind.Unknown ? value.Text : RowEffect.Unknown;
        }

        return values;
    }

    /// <summary>Columns that personal ones of the target are made from.</summary>
    private ImmutableArray<string> Personal() =>
    [
        .. _table.Columns.Where(column => _table.Personal.Contains(column.Name) && Source.Name == (column.Join < 0 ? _table.From : _table.Joins[column.Join].Table))
            .SelectMany(column => column.Use is { } use ? _table.Uses[use].Reads
                : column.Join >= 0 && _table.Joins[column.Join].Attribute is not null ? [_table.Joins[column.Join].Value]
                : column.From is { } from ? [from] : ImmutableArray<string>.Empty),
    ];
}
