using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Config;
using Hub.Migration.Mapping;

namespace Hub.Migration.Tests.Applying;

/// <summary>A small source whose changes are written out, and the mapping of it: groups with a unique code and a large text, and items that belong to them.</summary>
internal static class Shop
{
    public const string Dataset = "shop";

    /// <summary>Both stores take it: a row named bad is refused.</summary>
    public const string Schema =
        """
        CREATE TABLE grp(id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, note TEXT, big TEXT);
        CREATE TABLE item(id BIGINT PRIMARY KEY, grp_id BIGINT NOT NULL REFERENCES grp(id), name TEXT NOT NULL CHECK (name <> 'bad'), amount TEXT);
        """;

    private static readonly ColumnNames GroupKey = new(["Id"]);
    private static readonly ColumnNames GroupNames = new(["Id", "Code", "Note", "Big"]);
    private static readonly ColumnNames ItemNames = new(["Id", "GroupId", "Name", "Amount"]);

    public static TableMapping Groups { get; } = Table("grp", "Groups", ("id", "Id"), ("code", "Code"), ("note", "Note"), ("big", "Big"));

    public static TableMapping Items { get; } = Table("item", "Items", ("id", "Id"), ("grp_id", "GroupId"), ("name", "Name"), ("amount", "Amount"));

    public static TargetMapping Mapping { get; } = new([Groups, Items]);

    /// <summary>The first column is the key.</summary>
    public static TableMapping Table(string name, string from, params (string Name, string From)[] columns)
    {
        var mapping = new TableMapping(
            name, from, [0],
            [.. columns.Select(column => new ColumnMapping(
                column.Name, column.From, new ColumnConfig { From = column.From }, TimeZoneInfo.Utc, new ConfigPlace("", 0)) { Text = column.From })]);
        var source = new DatabaseTable(from, [.. columns.Select(column => Column(column.From))], [columns[0].From], []) { WholeBefore = true };
        var target = new DatabaseTable(name, [.. columns.Select(column => Column(column.Name))], [columns[0].Name], []);
        var problems = new List<string>();
        var bound = TableBinding.Bind([mapping], [source], [target], TargetKind.Sqlite, [], problems, []);
        Assert.Empty(problems);
        return bound!.Tables[0];

        static DatabaseColumn Column(string name) =>
            new(name, name.EndsWith("id", StringComparison.OrdinalIgnoreCase) ? ColumnType.WholeNumber : ColumnType.Text, "", NotNull: false, HasDefault: false);
    }

    public static ChangeRow Key(long id) => new(GroupKey, [Number(id)]);

    public static ChangeRow Group(long id, string code, string? note = null, string? big = null) => new(GroupNames, [Number(id), Text(code), Text(note), Text(big)]);

    /// <summary>As a feed brings it whose large value was not changed.</summary>
    public static ChangeRow GroupMasked(long id, string code, string? note = null) => new(GroupNames, [Number(id), Text(code), Text(note), ChangeValue.Unknown]);

    public static ChangeRow Item(long id, long group, string name, string? amount = null) => new(ItemNames, [Number(id), Number(group), Text(name), Text(amount)]);

    public static ChangeRow Image(string table, ChangeRow row) => new(table == "Groups" ? GroupNames : ItemNames, row.Values.ToArray());

    private static ChangeValue Number(long value) => new(ChangeValueKind.Number, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static ChangeValue Text(string? text) => text is null ? ChangeValue.Null : new ChangeValue(ChangeValueKind.Text, text);
}

/// <summary>Makes batches, each with the next position.</summary>
internal sealed class ShopFeed
{
    private readonly List<ChangeEvent> _events = [];
    private ulong _position;
    private long _counter;

    public FeedPoint Point => new("log", (long)_position, new Position(_position));

    public long Counter
    {
        get => _counter;
        set => _counter = value;
    }

    public string Lineage { get; set; } = "server-1";

    public static ChangeEvent Event(ChangeOperation operation, string table, ChangeRow key, ChangeRow? before, ChangeRow? after, ulong position) =>
        new(operation, table, key, before, after, new Position(position), DateTimeOffset.UnixEpoch.AddSeconds(position));

    public ShopFeed Create(string table, ChangeRow row) => Add(ChangeOperation.Create, table, row, null, row);

    public ShopFeed Copy(string table, ChangeRow row) => Add(ChangeOperation.Read, table, row, null, row);

    public ShopFeed Update(string table, ChangeRow row) => Add(ChangeOperation.Update, table, row, null, row);

    public ShopFeed Delete(string table, long id) => Add(ChangeOperation.Delete, table, Shop.Key(id), null, null);

    /// <summary>A key that changes, as PostgreSQL's own stream has it: the old key, and the new row with what was not said.</summary>
    public ShopFeed Move(string table, long from, ChangeRow to) => Add(ChangeOperation.Update, table, to, Shop.Key(from), to);

    public ShopFeed Truncate(string table)
    {
        _events.Add(Event(ChangeOperation.Truncate, table, new ChangeRow(new ColumnNames([]), []), null, null, ++_position));
        return this;
    }

    public ShopFeed Watermark(int seconds = 0)
    {
        _counter++;
        var row = ChangeRow.Parse(Encoding.UTF8.GetBytes(
            $$"""{"dataset":"shop","counter":{{_counter}},"ts_ms":{{(seconds + _counter) * 1000}},"lineage":"{{Lineage}}","mark":null}"""));
        return Add(ChangeOperation.Update, "hub_watermark", row, null, row);
    }

    public AppliedBatch Batch(bool open = false)
    {
        var batch = new AppliedBatch(MappedChanges.Map(Shop.Mapping, Shop.Dataset, [.. _events]), Point, open);
        _events.Clear();
        return batch;
    }

    private ShopFeed Add(ChangeOperation operation, string table, ChangeRow row, ChangeRow? before, ChangeRow? after)
    {
        var key = table is "Groups" or "Items" ? new ChangeRow(new ColumnNames(["Id"]), [row.Values[0]]) : row;
        _events.Add(Event(operation, table, key, before, after, ++_position));
        return this;
    }
}
