using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Hub.ChangeFeed.Sources;
using MySqlConnector;

namespace Hub.ChangeFeed.MariaDb;

/// <summary>How one table is read: the SQL of its columns and key.</summary>
internal sealed class TableReading
{
    private readonly DatabaseTable _table;
    private readonly string _columns;
    private readonly string _from;
    private readonly ImmutableArray<(DatabaseColumn Column, string Order)> _key;

    private TableReading(DatabaseTable table, string schema, HashSet<string> byteOrdered)
    {
        _table = table;
        Names = new ColumnNames([.. table.Columns.Select(column => column.Name)]);
        _columns = string.Join(", ", table.Columns.Select(column => MariaDbType.Expression(MariaDbCatalog.Quote(column.Name), column.Declared)));
        var (own, name) = MariaDbCatalog.Split(table.Name, schema);
        _from = $"{MariaDbCatalog.Quote(own)}.{MariaDbCatalog.Quote(name)}";
        _key = [.. table.Key.Select(name => (table.Column(name)!, Order(table.Column(name)!, byteOrdered.Contains(name))))];
    }

    public ColumnNames Names { get; }

    /// <summary>No index on the key gives the order of bytes, in which chunks are read.</summary>
    public bool SortsKey => _key.Any(part => part.Order[0] != '`');

    /// <summary>Looks up in which columns the server's own order is that of bytes, so that an index serves it.</summary>
    public static async Task<TableReading> OfAsync(MySqlConnection connection, DatabaseTable table, string schema, CancellationToken cancellationToken)
    {
        var (own, name) = MariaDbCatalog.Split(table.Name, schema);
        await using var command = MariaDbCatalog.Command(
            connection, "select column_name from information_schema.columns where table_schema = @own and table_name = @name and collation_name like '%\\_bin'", own, name);
        var byteOrdered = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            byteOrdered.Add(reader.GetString(0));
        }

        return new TableReading(table, schema, byteOrdered);
    }

    public string Chunk(ChangeRow? after, ChangeRow? upTo, int rows)
    {
        var conditions = new List<string>();
        if (after is not null)
        {
            conditions.Add(Beyond(after, '>'));
        }

        if (upTo is not null)
        {
            conditions.Add($"({Beyond(upTo, '<')} or {Equal(upTo, 0, _key.Length)})");
        }

        var where = conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";
        return $"select {_columns} from {_from}{where} order by {string.Join(", ", _key.Select(part => part.Order))} limit {rows.ToString(CultureInfo.InvariantCulture)}";
    }

    public string Rows(IEnumerable<ChangeRow> keys) =>
        $"select {_columns} from {_from} where {string.Join(" or ", keys.Select(key => string.Join(" and ", _key.Select(part => $"{MariaDbCatalog.Quote(part.Column.Name)} = {Literal(part.Column, key)}"))).Select(key => $"({key})"))}";

    // A comparison of rows is not looked up in an index there: (a > 1 or (a = 1 and b > 2)), within a range of the first column.
    private string Beyond(ChangeRow key, char sign)
    {
        var parts = _key.Select((part, place) => place == 0
            ? $"{part.Order} {sign} {Literal(part.Column, key)}"
            : $"({Equal(key, 0, place)} and {part.Order} {sign} {Literal(part.Column, key)})");
        return _key.Length == 1 ? parts.First() : $"({_key[0].Order} {sign}= {Literal(_key[0].Column, key)} and ({string.Join(" or ", parts)}))";
    }

    private string Equal(ChangeRow key, int from, int to) =>
        string.Join(" and ", _key.Take(from..to).Select(part => $"{part.Order} = {Literal(part.Column, key)}"));

    private static string Order(DatabaseColumn column, bool byteOrdered)
    {
        var name = MariaDbCatalog.Quote(column.Name);
        return column.Type == ColumnType.Enum || (column.Type == ColumnType.Text && !byteOrdered) ? $"cast({name} as char character set utf8mb4) collate utf8mb4_bin" : name;
    }

    private string Literal(DatabaseColumn column, ChangeRow key)
    {
        var text = key.TryGet(column.Name, out var value) && value.Text is { } there ? there : throw new InvalidOperationException($"The key of {_table.Name} lacks {column.Name}.");
        return column.Type switch
        {
            ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.BinaryFraction =>
                text.All(digit => char.IsAsciiDigit(digit) || digit is '-' or '+' or '.' or 'E') ? text : throw new FormatException($"{text} is no number of {_table.Name}.{column.Name}."),
            ColumnType.Boolean => text == "true" ? "b'1'" : "b'0'",
            ColumnType.Bytes => $"x'{Convert.ToHexString(Convert.FromHexString(text))}'",
            ColumnType.Bits => $"0x{(text.Length == 0 ? "00" : Convert.ToHexString([.. Convert.FromHexString(text).Reverse()]))}",
            ColumnType.ZonedTimestamp => $"'{Moment(text).TrimEnd('Z')}'",
            ColumnType.Date or ColumnType.Timestamp or ColumnType.TimeOfDay => $"'{Moment(text)}'",
            _ => $"_utf8mb4 x'{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}'",
        };
    }

    private static string Moment(string text) => text.All(letter => char.IsAsciiDigit(letter) || letter is '-' or ':' or '.' or 'T' or 'Z')
        ? text.Replace('T', ' ')
        : throw new FormatException($"{text} is no time.");
}
