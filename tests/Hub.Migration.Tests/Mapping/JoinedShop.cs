using System.Globalization;
using System.Text.Json;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;

namespace Hub.Migration.Tests.Mapping;

/// <summary>
/// Products with attributes, store fallback and languages, as Magento and OpenCart keep them, written to at random: changes of keys,
/// large values that a feed leaves out, copies and, where it is asked for, truncates and values that the target refuses.
/// </summary>
internal sealed class JoinedShop(Random random, bool store = false)
{
    private const string Config =
        """
        "product": {
          "From": "product", "Where": { "status": [ 1, 2 ], "deleted": null },
          "Columns": { "id": "id", "sku": "sku" },
          "Languages": { "en": "1", "de": "2" },
          "Join": [
            { "Table": "product_varchar", "On": { "entity_id": "id" }, "Attribute": "attribute_id", "Variant": "store_id", "Prefer": [ "3", "0" ],
              "Columns": { "title": "73", "color": { "From": "93", "Default": "none" } } },
            { "Table": "description", "On": { "product_id": "id" }, "Variant": "language_id",
              "Columns": { "name_en": { "From": "name", "Language": "en" }, "name_de": { "From": "name", "Language": "de" }, "names": { "From": "name", "As": "languages" } } },
            { "Table": "stock", "On": { "product_id": "id" }, "Where": { "warehouse": 7 }, "Columns": { "on_hand": { "From": "quantity", "Default": "0" } } }
          ]
        },
        "product_text": {
          "From": "product", "Columns": { "id": "id" }, "Languages": { "en": "1", "de": "2" }, "PerLanguage": "language",
          "Join": [ { "Table": "description", "On": { "product_id": "id" }, "Variant": "language_id", "Required": true, "Columns": { "name": "name" } } ]
        }
        """;

    public static readonly DatabaseTable Product = MappingSetup.Table("product", "id:bigint! sku:text! status:integer! deleted:timestamp", "id");
    public static readonly DatabaseTable Varchar = MappingSetup.Table(
        "product_varchar", "value_id:bigint! entity_id:bigint! attribute_id:integer! store_id:integer! value:text", "value_id", "entity_id attribute_id store_id");

    public static readonly DatabaseTable Description = MappingSetup.Table("description", "product_id:bigint! language_id:integer! name:text", "product_id language_id");
    public static readonly DatabaseTable Stock = MappingSetup.Table("stock", "product_id:bigint! warehouse:integer! quantity:integer!", "product_id warehouse");
    private static readonly DatabaseTable[] Sources = [Product, Varchar, Description, Stock];
    private static readonly DatabaseTable[] Targets =
    [
        MappingSetup.Table("product", "id:bigint! sku:text! title:text color:text! name_en:text name_de:text names:jsonb on_hand:integer!", "id"),
        MappingSetup.Table("product_text", "id:bigint! language:text! name:text", "id language"),
    ];

    private static readonly string[] Preferred = ["3", "0"];
    public static readonly ColumnNames ProductNames = Names(Product);
    public static readonly ColumnNames VarcharNames = Names(Varchar);
    public static readonly ColumnNames DescriptionNames = Names(Description);
    public static readonly ColumnNames StockNames = Names(Stock);

    private readonly Dictionary<(string Table, string Key), ChangeRow> _source = [];

    public static TargetMapping Bind() => MappingSetup.Bind(Config, Sources, Targets);

    /// <summary>The target's tables; a title or name that is bad is refused.</summary>
    public static string Schema(string json) =>
        $"""
        CREATE TABLE product(id BIGINT PRIMARY KEY, sku TEXT NOT NULL, title TEXT CHECK (title <> 'bad'), color TEXT, name_en TEXT, name_de TEXT, names {json}, on_hand INTEGER NOT NULL);
        CREATE TABLE product_text(id BIGINT NOT NULL, language TEXT NOT NULL, name TEXT CHECK (name <> 'bad'), PRIMARY KEY(id, language));
        """;

    /// <summary>One write at the source.</summary>
    public void Step(List<ChangeEvent> changes)
    {
        var id = random.Next(1, 4);
        var (table, row) = random.Next(4) switch
        {
            0 => (Product, MappingSetup.Row(ProductNames, id, $"sku{random.Next(3)}", random.Next(4), random.Next(4) == 0 ? "2027-01-01T00:00:00" : null)),
            1 => (Varchar, Value(id, random.Next(3) switch { 0 => 73, 1 => 93, _ => 99 }, random.Next(3) switch { 0 => 0, 1 => 3, _ => 4 })),
            2 => (Description, MappingSetup.Row(DescriptionNames, id, random.Next(1, 4), Name("name"))),
            _ => (Stock, MappingSetup.Row(StockNames, id, random.Next(6, 8), random.Next(9))),
        };
        var key = Key(table, row);
        var before = _source.GetValueOrDefault((table.Name, key));
        if (store && random.Next(25) == 0)
        {
            foreach (var gone in _source.Keys.Where(one => one.Table == table.Name).ToList())
            {
                _source.Remove(gone);
            }

            changes.Add(new ChangeEvent(ChangeOperation.Truncate, table.Name, new ChangeRow(new ColumnNames([]), []), null, null, new Position(1), DateTimeOffset.UnixEpoch));
            return;
        }

        if (before is not null && random.Next(3) == 0)
        {
            _source.Remove((table.Name, key));
            changes.Add(MappingSetup.Change(ChangeOperation.Delete, table, before, null));
            return;
        }

        // A change of key, as all feeds bring it: a delete and a create, whose large value may be left out.
        if (random.Next(6) == 0 && table != Varchar && _source.Where(one => one.Key.Table == table.Name).Select(one => one.Key.Key).FirstOrDefault() is { } other && before is null)
        {
            var old = _source[(table.Name, other)];
            var moved = table == Description && random.Next(2) == 0;
            row = moved ? MappingSetup.Row(DescriptionNames, row[0], row[1], old[2]) : row;
            _source.Remove((table.Name, other));
            _source[(table.Name, key)] = row;
            changes.Add(MappingSetup.Change(ChangeOperation.Delete, table, old, null));
            changes.Add(MappingSetup.Change(ChangeOperation.Create, table, null, moved ? Masked(row) : row));
            return;
        }

        var kept = before is not null && table == Description && random.Next(3) == 0;
        row = kept ? before! : row;
        _source[(table.Name, key)] = row;
        var operation = before is null ? ChangeOperation.Create : !kept && random.Next(4) == 0 ? ChangeOperation.Read : ChangeOperation.Update;
        changes.Add(MappingSetup.Change(operation, table, random.Next(2) == 0 ? before : null, kept ? Masked(row) : row));
    }

    /// <summary>Nothing is bad any more.</summary>
    public void Heal(List<ChangeEvent> changes)
    {
        foreach (var (place, row) in _source.Where(one => one.Value.Values.ToArray().Any(value => value.Text == "bad")).ToList())
        {
            var fine = new ChangeRow(row.Names, [.. row.Columns.Select(column => column.Value.Text == "bad" ? new ChangeValue(ChangeValueKind.Text, "fine") : column.Value)]);
            _source[place] = fine;
            changes.Add(MappingSetup.Change(ChangeOperation.Update, Sources.First(table => table.Name == place.Table), null, fine));
        }
    }

    /// <summary>What the source has of these keys now.</summary>
    public IReadOnlyList<ChangeRow> Read(string table, IEnumerable<ChangeRow> keys) =>
        [.. keys.Select(key => _source.GetValueOrDefault((table, string.Join('/', key.Columns.Select(column => column.Value.Text))))).OfType<ChangeRow>()];

    // The unique index of the table of attributes is kept: the value's id follows from what it is of.
    private ChangeRow Value(int id, int attribute, int of) =>
        MappingSetup.Row(VarcharNames, (id * 10_000) + (attribute * 10) + of, id, attribute, of, Name("v"));

    private string? Name(string text) => random.Next(10) switch { 0 or 1 => null, 2 when store => "bad", _ => $"{text}{random.Next(5)}" };

    private static ChangeRow Masked(ChangeRow description) => MappingSetup.Row(DescriptionNames, description[0], description[1], ChangeValue.Unknown);

    /// <summary>The naive model: joins written out over the source's rows.</summary>
    public List<string> Expected()
    {
        var expected = new List<string>();
        foreach (var product in Of("product"))
        {
            var (id, sku, status) = (Text(product, "id"), Text(product, "sku"), Text(product, "status"));
            string? Attribute(string attribute) => Preferred
                .Select(store => Of("product_varchar").FirstOrDefault(row => Text(row, "entity_id") == id && Text(row, "attribute_id") == attribute && Text(row, "store_id") == store))
                .FirstOrDefault(row => row is not null) is { } found ? Text(found, "value") : null;
            ChangeRow? Described(string language) => Of("description").FirstOrDefault(row => Text(row, "product_id") == id && Text(row, "language_id") == language);
            var (en, de) = (Described("1"), Described("2"));
            if (status is "1" or "2" && Text(product, "deleted") is null)
            {
                var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
                foreach (var (language, row) in new[] { ("de", de), ("en", en) })
                {
                    if (row is not null && Text(row, "name") is { } name)
                    {
                        names.Add(language, name);
                    }
                }

                var stock = Of("stock").FirstOrDefault(row => Text(row, "product_id") == id && Text(row, "warehouse") == "7");
                expected.Add(
                    $"product/{id}: {id}|{sku}|{Attribute("73") ?? "null"}|{Attribute("93") ?? "none"}|{(en is null ? null : Text(en, "name")) ?? "null"}|{(de is null ? null : Text(de, "name")) ?? "null"}"
                    + $"|{(names.Count == 0 ? "null" : JsonSerializer.Serialize(names))}|{(stock is null ? "0" : Text(stock, "quantity"))}");
            }

            foreach (var (language, row) in new[] { ("en", en), ("de", de) })
            {
                if (row is not null)
                {
                    expected.Add($"product_text/{id}/{language}: {id}|{Text(row, "name") ?? "null"}|{language}");
                }
            }
        }

        expected.Sort(StringComparer.Ordinal);
        return expected;

        IEnumerable<ChangeRow> Of(string table) => _source.Where(one => one.Key.Table == table).Select(one => one.Value);
    }

    public static string Text(object? value) => value switch
    {
        null => "null",
        string json when json.StartsWith('{') => CanonicalJson.ByValue(json),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string? Text(ChangeRow row, string column) => row.TryGet(column, out var value) ? value.Text : null;

    private static string Key(DatabaseTable table, ChangeRow row) => string.Join('/', table.Key.Select(name => Text(row, name)));

    private static ColumnNames Names(DatabaseTable table) => new([.. table.Columns.Select(column => column.Name)]);
}
