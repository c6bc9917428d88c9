using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed.Sources;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>How one table is read: the SQL of its columns and key, and what their texts become.</summary>
internal sealed class TableReading
{
    private readonly DatabaseTable _table;
    private readonly string _columns;
    private readonly string _from;
    private readonly ImmutableArray<KeyColumn> _key;

    private TableReading(DatabaseTable table, string schema, HashSet<string> byteOrdered)
    {
        _table = table;
        Types = [.. table.Columns.Select(column => PostgresType.Of(column.Declared, column.Type == ColumnType.Enum))];
        Names = new ColumnNames([.. table.Columns.Select(column => column.Name)]);
        _columns = string.Join(", ", table.Columns.Select(column => PostgresType.Expression($"t.{PostgresSession.Quote(column.Name)}", column.Declared)));
        var (own, name) = PostgresCatalog.Split(table.Name, schema);
        _from = $"{PostgresSession.Quote(own)}.{PostgresSession.Quote(name)} t";
        _key = [.. table.Key.Select(column => KeyColumn.Of(table.Column(column)!, byteOrdered.Contains(column)))];
    }

    public ColumnNames Names { get; }

    public PostgresType[] Types { get; }

    /// <summary>No index on the key itself gives the order of bytes.</summary>
    public bool SortsKey => _key.Any(column => column.Order.Contains("collate", StringComparison.Ordinal));

    /// <summary>The table as SQL names it.</summary>
    public string From => _from[..^2];

    /// <summary>What an index has to hold that gives the order of bytes.</summary>
    public string IndexColumns => string.Join(", ", _key.Select(column => column.Order.Contains("::", StringComparison.Ordinal)
        ? $"({column.Order.Replace("t.", "", StringComparison.Ordinal)})"
        : column.Order[2..]));

    /// <summary>Looks up in which columns the server's own order is that of bytes, so that an index serves it.</summary>
    public static async Task<TableReading> OfAsync(NpgsqlConnection connection, DatabaseTable table, string schema, CancellationToken cancellationToken)
    {
        var (own, name) = PostgresCatalog.Split(table.Name, schema);
        await using var command = new NpgsqlCommand(
            """
            select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            left join pg_collation l on l.oid = a.attcollation cross join pg_database d
            where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and d.datname = current_database()
            and case when l.collname = 'default' then lower(d.datcollate) in ('c', 'posix', 'c.utf8', 'c.utf-8') else l.collname in ('C', 'POSIX', 'ucs_basic') end
            """, connection)
        { Parameters = { new() { Value = own }, new() { Value = name } } };
        var byteOrdered = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            byteOrdered.Add(reader.GetString(0));
        }

        return new TableReading(table, schema, byteOrdered);
    }

    public string Chunk(ChangeRow? after, ChangeRow? upTo, int rows) => Chunk(_columns, after, upTo, rows);

    /// <summary>The same rows in the same order, and of them these columns in these forms.</summary>
    public string Chunk(IEnumerable<BinaryColumn> columns, ChangeRow? after, int rows) => Chunk(
        string.Join(", ", columns.Select(column => ($"t.{PostgresSession.Quote(column.Column.Name)}", column.Form) switch
        {
            var (name, form) when form == BinaryForm.Whole => $"{name}::bigint",
            var (name, form) when form == BinaryForm.Text => PostgresType.Expression(name, column.Column.Declared),
            var (name, _) => name,
        })),
        after, upTo: null, rows);

    private string Chunk(string columns, ChangeRow? after, ChangeRow? upTo, int rows)
    {
        var key = string.Join(", ", _key.Select(column => column.Order));
        var conditions = new List<string>();
        if (after is not null)
        {
            conditions.Add($"({key}) > ({Values(after)})");
        }

        if (upTo is not null)
        {
            conditions.Add($"({key}) <= ({Values(upTo)})");
        }

        var where = conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";
        return Copy($"select {columns} from {_from}{where} order by {key} limit {rows.ToString(CultureInfo.InvariantCulture)}");
    }

    public string Rows(IEnumerable<ChangeRow> keys) => Copy(
        $"select {_columns} from {_from} where ({string.Join(", ", _key.Select(column => column.Order))}) in (values {string.Join(", ", keys.Select(key => $"({Values(key)})"))})");

    private static string Copy(string query) => $"copy ({query}) to stdout (format binary)";

    private string Values(ChangeRow key) => string.Join(", ", _table.Key.Select((name, place) => key.TryGet(name, out var value) && value.Text is { } text
        ? _key[place].Literal(text)
        : throw new InvalidOperationException($"The key of {_table.Name} lacks {name}.")));

    /// <summary>Orders by bytes, as every store of a row's text does; with another collation the server has to sort.</summary>
    private readonly record struct KeyColumn(string Order, Func<string, string> Literal)
    {
        public static KeyColumn Of(DatabaseColumn column, bool byteOrdered)
        {
            var name = $"t.{PostgresSession.Quote(column.Name)}";
            var type = PostgresType.Of(column.Declared, column.Type == ColumnType.Enum);
            if (column.Type == ColumnType.Enum || PostgresType.BaseOf(column.Declared) == "citext")
            {
                return new($"{name}::text collate \"C\"", text => $"{PostgresSession.Literal(text)}::text collate \"C\"");
            }

            if (column.Type == ColumnType.Text && !byteOrdered)
            {
                return new($"{name} collate \"C\"", text => $"{PostgresSession.Literal(text)}::{column.Declared} collate \"C\"");
            }

            return type.Form switch
            {
                TextForm.Bytes => new(name, text => $"'\\x{text}'::bytea"),
                TextForm.Bit => new(name, text => text == "true" ? "B'1'" : "B'0'"),
                TextForm.Bits or TextForm.Array => throw new NotSupportedException(
                    $"The key column {column.Name} is {column.Declared}: rows can't be read in its order. Copy and verify by another unique key is not offered."),
                _ => new(name, text => $"{PostgresSession.Literal(text)}::{column.Declared}"),
            };
        }
    }
}
