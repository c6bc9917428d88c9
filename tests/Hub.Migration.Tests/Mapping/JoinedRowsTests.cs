using System.Globalization;
using System.Text.Json;
using CsCheck;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;

namespace Hub.Migration.Tests.Mapping;

/// <summary>Joins, attributes with store fallback and languages, as Magento and OpenCart keep them, after any history: what stands in the target is what one look at the source gives.</summary>
public sealed class JoinedRowsTests
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

    private static readonly DatabaseTable Product = MappingSetup.Table("product", "id:bigint! sku:text! status:integer! deleted:timestamp", "id");
    private static readonly DatabaseTable Varchar = MappingSetup.Table(
        "product_varchar", "value_id:bigint! entity_id:bigint! attribute_id:integer! store_id:integer! value:text", "value_id", "entity_id attribute_id store_id");

    private static readonly DatabaseTable Description = MappingSetup.Table("description", "product_id:bigint! language_id:integer! name:text", "product_id language_id");
    private static readonly DatabaseTable Stock = MappingSetup.Table("stock", "product_id:bigint! warehouse:integer! quantity:integer!", "product_id warehouse");
    private static readonly DatabaseTable[] Sources = [Product, Varchar, Description, Stock];
    private static readonly DatabaseTable[] Targets =
    [
        MappingSetup.Table("product", "id:bigint! sku:text! title:text color:text! name_en:text name_de:text names:jsonb on_hand:integer!", "id"),
        MappingSetup.Table("product_text", "id:bigint! language:text! name:text", "id language"),
    ];

    private static readonly string[] Preferred = ["3", "0"];
    private static readonly ColumnNames ProductNames = Names(Product);
    private static readonly ColumnNames VarcharNames = Names(Varchar);
    private static readonly ColumnNames DescriptionNames = Names(Description);
    private static readonly ColumnNames StockNames = Names(Stock);

    [Fact]
    public void Target_AfterAnyHistory_IsWhatOneLookAtTheSourceGives() => Gen.Int[0, 1_000_000].Sample(
        seed => RunAsync(seed).GetAwaiter().GetResult(), iter: 150, threads: 1);

    [Fact]
    public async Task Join_TwoRowsWhereOneIsExpected_IsAProblemWithTheColumnsName()
    {
        // The catalog says that it can't be; a source that lies is not believed.
        var mapping = Bind();
        var joined = mapping.Tables[0].Joined!;
        var results = new List<MappedRow>();
        var problem = joined.Compute(
            [
                new("product", MappingSetup.Row(ProductNames, 1, "a", 1, null)),
                new("product_varchar", MappingSetup.Row(VarcharNames, 1, 1, 73, 0, "x")),
                new("product_varchar", MappingSetup.Row(VarcharNames, 2, 1, 73, 0, "y")),
            ],
            results);

        Assert.Equal("product: column title: product_varchar has two rows for it with the store_id 0; make Where choose one", problem);
        Assert.Empty(results);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Join_OfAMaskedLargeValue_TakesWhatIsKept()
    {
        var state = new State(Bind());
        await state.ApplyAsync([MappingSetup.Change(ChangeOperation.Create, Product, null, MappingSetup.Row(ProductNames, 1, "a", 1, null))]);
        await state.ApplyAsync([MappingSetup.Change(ChangeOperation.Create, Description, null, MappingSetup.Row(DescriptionNames, 1, 1, "large"))]);
        await state.ApplyAsync([MappingSetup.Change(ChangeOperation.Update, Description, null, MappingSetup.Row(DescriptionNames, 1, 1, ChangeValue.Unknown))]);

        Assert.Equal("large", state.Rows["product/1"][4]);
    }

    private static TargetMapping Bind() => MappingSetup.Bind(Config, Sources, Targets);

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var source = new Dictionary<(string Table, string Key), ChangeRow>();
        var state = new State(Bind());
        for (var batch = 0; batch < 12; batch++)
        {
            var changes = new List<ChangeEvent>();
            for (var i = random.Next(8); i > 0; i--)
            {
                Step(random, source, changes);
            }

            await state.ApplyAsync(changes);
            Assert.Equal(Expected(source), state.Rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key}: {string.Join('|', row.Value.Select(Text))}"));
        }
    }

    private static void Step(Random random, Dictionary<(string Table, string Key), ChangeRow> source, List<ChangeEvent> changes)
    {
        var id = random.Next(1, 4);
        var (table, row) = random.Next(4) switch
        {
            0 => (Product, MappingSetup.Row(ProductNames, id, $"sku{random.Next(3)}", random.Next(4), random.Next(4) == 0 ? "2027-01-01T00:00:00" : null)),
            1 => (Varchar, Value(id, random.Next(3) switch { 0 => 73, 1 => 93, _ => 99 }, random.Next(3) switch { 0 => 0, 1 => 3, _ => 4 }, random)),
            2 => (Description, MappingSetup.Row(DescriptionNames, id, random.Next(1, 4), random.Next(4) == 0 ? null : $"name{random.Next(5)}")),
            _ => (Stock, MappingSetup.Row(StockNames, id, random.Next(6, 8), random.Next(9))),
        };
        var key = Key(table, row);
        var before = source.GetValueOrDefault((table.Name, key));
        if (before is not null && random.Next(3) == 0)
        {
            source.Remove((table.Name, key));
            changes.Add(MappingSetup.Change(ChangeOperation.Delete, table, before, null));
            return;
        }

        // A change of key, as PostgreSQL's own stream has it: one update with the old row.
        if (random.Next(6) == 0 && table != Varchar && source.Where(one => one.Key.Table == table.Name).Select(one => one.Key.Key).FirstOrDefault() is { } other && before is null)
        {
            var old = source[(table.Name, other)];
            source.Remove((table.Name, other));
            source[(table.Name, key)] = row;
            changes.Add(MappingSetup.Change(ChangeOperation.Update, table, old, row));
            return;
        }

        source[(table.Name, key)] = row;
        changes.Add(MappingSetup.Change(before is null ? ChangeOperation.Create : random.Next(4) == 0 ? ChangeOperation.Read : ChangeOperation.Update, table, random.Next(2) == 0 ? before : null, row));
    }

    // The unique index of the table of attributes is kept: the value's id follows from what it is of.
    private static ChangeRow Value(int id, int attribute, int store, Random random) =>
        MappingSetup.Row(VarcharNames, (id * 10_000) + (attribute * 10) + store, id, attribute, store, random.Next(5) == 0 ? null : $"v{random.Next(5)}");

    /// <summary>The naive model: joins written out over the source's rows.</summary>
    private static List<string> Expected(Dictionary<(string Table, string Key), ChangeRow> source)
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

        IEnumerable<ChangeRow> Of(string table) => source.Where(one => one.Key.Table == table).Select(one => one.Value);
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string json when json.StartsWith('{') => CanonicalJson.ByValue(json),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string? Text(ChangeRow row, string column) => row.TryGet(column, out var value) ? value.Text : null;

    private static string Key(DatabaseTable table, ChangeRow row) => string.Join('/', table.Key.Select(name => Text(row, name)));

    private static ColumnNames Names(DatabaseTable table) => new([.. table.Columns.Select(column => column.Name)]);

    /// <summary>The target and what is kept, in memory.</summary>
    private sealed class State(TargetMapping mapping) : ISourceRows
    {
        private readonly Dictionary<(string Table, string Key), SourceRow> _kept = [];

        public Dictionary<string, object?[]> Rows { get; } = new(StringComparer.Ordinal);

        public async Task ApplyAsync(IReadOnlyList<ChangeEvent> changes)
        {
            var effects = new List<(int Place, RowEffect Effect)>();
            var problems = new List<(int Place, string Problem)>();
            await mapping.Joins!.JoinAsync(this, changes, effects, problems, CancellationToken.None);
            Assert.Empty(problems);
            foreach (var effect in effects.Select(pair => pair.Effect).OrderBy(effect => effect.Row is null ? 0 : 1))
            {
                var key = $"{effect.Table.Name}/{string.Join('/', effect.Key.Select(Text))}";
                if (effect.Row is null)
                {
                    Rows.Remove(key);
                }
                else
                {
                    Assert.DoesNotContain(RowEffect.Unknown, effect.Row);
                    Rows[key] = effect.Row;
                }
            }
        }

        public ValueTask PutAsync(IReadOnlyList<SourceRow> rows, CancellationToken cancellationToken)
        {
            foreach (var row in rows)
            {
                _kept[(row.Table, row.Key)] = row;
            }

            return default;
        }

        public ValueTask DeleteAsync(IReadOnlyList<(string Table, string Key)> keys, CancellationToken cancellationToken)
        {
            foreach (var key in keys)
            {
                _kept.Remove(key);
            }

            return default;
        }

        public ValueTask ClearAsync(string table, CancellationToken cancellationToken)
        {
            foreach (var key in _kept.Keys.Where(key => key.Table == table).ToList())
            {
                _kept.Remove(key);
            }

            return default;
        }

        public ValueTask<IReadOnlyList<SourceRow>> ReadAsync(IReadOnlyList<(string Table, string Key)> keys, CancellationToken cancellationToken) =>
            new([.. keys.Where(_kept.ContainsKey).Select(key => _kept[key])]);

        public ValueTask<IReadOnlyList<SourceRow>> ReadByOwnerAsync(IReadOnlyList<string> owners, CancellationToken cancellationToken) =>
            new([.. _kept.Values.Where(row => owners.Contains(row.Owner)).OrderBy(row => (row.Owner, row.Table, row.Key))]);
    }
}
