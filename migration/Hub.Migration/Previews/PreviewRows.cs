using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Control.Protocol;
using Hub.Migration.Mapping;
using Hub.Migration.Mapping.Converting;
using Hub.Migration.Mapping.Joining;

namespace Hub.Migration.Previews;

/// <summary>Reads a table's first rows at the source and puts what the mapping makes of them beside them. Nothing is written.</summary>
/// <param name="show">Personal data as it is; otherwise it is masked.</param>
internal sealed class PreviewRows(ISourceDatabase source, IReadOnlyList<DatabaseTable> tables, bool show)
{
    /// <summary>Rows of a joined table that are looked through for those of the rows shown.</summary>
    private const int JoinedRows = 50_000;
    private const int ChunkRows = 5_000;
    private const string Masked = "***";
    private const int LongestShown = 200;

    /// <param name="notes">What the reader has to know of it.</param>
    public async Task<ImmutableArray<RowPreview>> ReadAsync(TableMapping table, int rows, List<string> notes, CancellationToken cancellationToken)
    {
        var root = tables.First(known => known.Name == table.From);
        var chunk = await source.ReadChunkAsync(root, null, null, rows, cancellationToken);
        var previews = ImmutableArray.CreateBuilder<RowPreview>();
        if (table.Joined is not { } joined)
        {
            foreach (var row in chunk)
            {
                previews.Add(Plain(table, root, row));
            }

            return previews.ToImmutable();
        }

        // The rows that are joined are found by their owner.
        var kept = chunk.Select(row => (Owner: joined.OwnerOf(root.Name, row), Row: row)).ToList();
        var byOwner = new Dictionary<string, List<KeptRow>>(StringComparer.Ordinal);
        foreach (var (owner, row) in kept.Where(one => one.Owner is not null))
        {
            byOwner[owner!] = [new KeptRow(root.Name, row)];
        }

        foreach (var name in joined.KeptTables.Skip(1))
        {
            await AddJoinedAsync(joined, tables.First(known => known.Name == name), byOwner, notes, cancellationToken);
        }

        foreach (var (owner, row) in kept)
        {
            var results = new List<MappedRow>();
            var problem = owner is null ? $"{table.Name}: the row has no value by which others are joined" : joined.Compute(byOwner[owner], results);
            if (results.Count == 0)
            {
                previews.Add(new RowPreview(Key(root, row), null, problem is null ? "left out" : "refused", Shown(table, problem), Columns(table, row, null)));
            }

            foreach (var made in results)
            {
                var language = table.Columns.IndexOf(table.Columns.FirstOrDefault(column => column.SaysLanguage)!);
                previews.Add(new RowPreview(Key(root, row), language < 0 ? null : made.Values[language] as string, "mapped", null, Columns(table, row, made.Values)));
            }
        }

        return previews.ToImmutable();
    }

    private RowPreview Plain(TableMapping table, DatabaseTable root, ChangeRow row)
    {
        if (!table.Mapper!.Takes(row, out var problem) && problem is null)
        {
            return new RowPreview(Key(root, row), null, "left out", null, Columns(table, row, null));
        }

        var made = table.Mapper.Map(row);
        problem ??= made.Problem;
        return new RowPreview(Key(root, row), null, problem is null ? "mapped" : "refused", Shown(table, problem), Columns(table, row, problem is null ? made.Values : null));
    }

    private async Task AddJoinedAsync(
        JoinedRows joined, DatabaseTable table, Dictionary<string, List<KeptRow>> byOwner, List<string> notes, CancellationToken cancellationToken)
    {
        ChangeRow? after = null;
        for (var read = 0; read < JoinedRows;)
        {
            var chunk = await source.ReadChunkAsync(table, after, null, ChunkRows, cancellationToken);
            foreach (var row in chunk)
            {
                if (joined.OwnerOf(table.Name, row) is { } owner && byOwner.TryGetValue(owner, out var rows) && joined.Keep(table.Name, row) is { } kept)
                {
                    rows.Add(new KeptRow(table.Name, kept));
                }
            }

            if (chunk.Length < ChunkRows)
            {
                return;
            }

            read += chunk.Length;
            after = KeyOf(table, chunk[^1]);
        }

        notes.Add($"Of {table.Name} only the first {JoinedRows} rows were looked through: what is joined from it may be missing here. The pipeline itself takes all of it.");
    }

    private ImmutableArray<ColumnPreview> Columns(TableMapping table, ChangeRow row, object?[]? values)
    {
        var columns = ImmutableArray.CreateBuilder<ColumnPreview>(table.Columns.Length);
        for (var i = 0; i < table.Columns.Length; i++)
        {
            var column = table.Columns[i];
            var join = column.Join < 0 ? null : table.Joins[column.Join];
            var from = join is null ? column.From : join.Attribute is null ? $"{join.Table}.{column.From}" : $"{join.Table}[{column.From}]";
            var value = values?[i];
            columns.Add(new ColumnPreview(
                column.Name, from,
                join is null && column.From is { } name && row.TryGet(name, out var given) ? Cut(table, column.Name, given.Kind == ChangeValueKind.Unknown ? "unknown" : given.Text) : null,
                Cut(table, column.Name, value is null ? null : ReferenceEquals(value, RowEffect.Unknown) ? "unknown" : ConverterBinding.Print(value))));
        }

        return columns.MoveToImmutable();
    }

    private string? Cut(TableMapping table, string column, string? text) =>
        text is null ? null
        : !show && table.Personal.Contains(column) ? Masked
        : text.Length > LongestShown ? $"{text[..LongestShown]}…" : text;

    /// <summary>A refusal quotes the value that it is about.</summary>
    private string? Shown(TableMapping table, string? problem) =>
        problem is not null && !show && table.Personal.FirstOrDefault(column => problem.Contains($": column {column} ", StringComparison.Ordinal)) is { } personal
            ? $"{table.Name}: column {personal}: refused; it holds personal data, and the reason quotes it (--show)" : problem;

    private static string Key(DatabaseTable table, ChangeRow row) =>
        string.Join('/', table.Key.Select(name => row.TryGet(name, out var value) ? value.Text : "?"));

    private static ChangeRow KeyOf(DatabaseTable table, ChangeRow row) => new(
        new ColumnNames(table.Key), [.. table.Key.Select(name => row.TryGet(name, out var value) ? value : throw new FormatException($"A row of {table.Name} has no {name}."))]);
}
