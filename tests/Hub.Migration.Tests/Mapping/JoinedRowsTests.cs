using CsCheck;
using Hub.ChangeFeed;
using Hub.Migration.Mapping;

namespace Hub.Migration.Tests.Mapping;

/// <summary>Joins, attributes with store fallback and languages, as Magento and OpenCart keep them, after any history: what stands in the target is what one look at the source gives.</summary>
public sealed class JoinedRowsTests
{
    [Fact]
    public void Target_AfterAnyHistory_IsWhatOneLookAtTheSourceGives() => Gen.Int[0, 1_000_000].Sample(
        seed => RunAsync(seed).GetAwaiter().GetResult(), iter: 150, threads: 1);

    [Fact]
    public async Task Join_TwoRowsWhereOneIsExpected_IsAProblemWithTheColumnsName()
    {
        // The catalog says that it can't be; a source that lies is not believed.
        var mapping = JoinedShop.Bind();
        var joined = mapping.Tables[0].Joined!;
        var results = new List<MappedRow>();
        var problem = joined.Compute(
            [
                new("product", MappingSetup.Row(JoinedShop.ProductNames, 1, "a", 1, null)),
                new("product_varchar", MappingSetup.Row(JoinedShop.VarcharNames, 1, 1, 73, 0, "x")),
                new("product_varchar", MappingSetup.Row(JoinedShop.VarcharNames, 2, 1, 73, 0, "y")),
            ],
            results);

        Assert.Equal("product: column title: product_varchar has two rows for it with the store_id 0; make Where choose one", problem);
        Assert.Empty(results);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Join_OfAMaskedLargeValue_TakesWhatIsKept()
    {
        var state = new State(JoinedShop.Bind());
        await state.ApplyAsync([MappingSetup.Change(ChangeOperation.Create, JoinedShop.Product, null, MappingSetup.Row(JoinedShop.ProductNames, 1, "a", 1, null))]);
        await state.ApplyAsync([MappingSetup.Change(ChangeOperation.Create, JoinedShop.Description, null, MappingSetup.Row(JoinedShop.DescriptionNames, 1, 1, "large"))]);
        await state.ApplyAsync([MappingSetup.Change(ChangeOperation.Update, JoinedShop.Description, null, MappingSetup.Row(JoinedShop.DescriptionNames, 1, 1, ChangeValue.Unknown))]);

        Assert.Equal("large", state.Rows["product/1"][4]);
    }

    [Fact]
    public async Task Join_AKeyPassesFromOneRootToAnotherThatIsTouchedEarlier_Stays()
    {
        var mapping = MappingSetup.Bind(
            """
            "by_sku": { "From": "product", "Key": [ "sku" ], "Columns": { "sku": "sku" },
              "Join": [ { "Table": "description", "On": { "product_id": "id" }, "Where": { "language_id": 1 }, "Columns": { "name": "name" } } ] }
            """,
            [MappingSetup.Table("product", "id:bigint! sku:text! status:integer! deleted:timestamp", "id", "sku"), JoinedShop.Description],
            [MappingSetup.Table("by_sku", "sku:text! name:text", "sku")]);
        var state = new State(mapping);
        var one = MappingSetup.Row(JoinedShop.ProductNames, 1, "a", 1, null);
        await state.ApplyAsync([MappingSetup.Change(ChangeOperation.Create, JoinedShop.Product, null, one)]);

        var effects = new List<(int Place, RowEffect Effect)>();
        await mapping.Joins!.JoinAsync(
            state,
            [
                MappingSetup.Change(ChangeOperation.Delete, JoinedShop.Product, one, null),
                MappingSetup.Change(ChangeOperation.Create, JoinedShop.Product, null, MappingSetup.Row(JoinedShop.ProductNames, 2, "a", 1, null)),
                MappingSetup.Change(ChangeOperation.Create, JoinedShop.Description, null, MappingSetup.Row(JoinedShop.DescriptionNames, 1, 1, "of the old one")),
            ],
            effects, [], TestContext.Current.CancellationToken);

        Assert.Equal(["a", null], Assert.Single(effects).Effect.Row!);
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var shop = new JoinedShop(random);
        var state = new State(JoinedShop.Bind(), shop);
        for (var batch = 0; batch < 12; batch++)
        {
            var changes = new List<ChangeEvent>();
            for (var i = random.Next(8); i > 0; i--)
            {
                shop.Step(changes);
            }

            await state.ApplyAsync(changes);
            Assert.Equal(shop.Expected(), state.Rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key}: {string.Join('|', row.Value.Select(JoinedShop.Text))}"));
        }
    }

    /// <summary>The target and what is kept, in memory.</summary>
    private sealed class State(TargetMapping mapping, JoinedShop? shop = null) : ISourceRows
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
                var key = $"{effect.Table.Name}/{string.Join('/', effect.Key.Select(JoinedShop.Text))}";
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

        public ValueTask<IReadOnlyList<string>> ReadOwnersAsync(string table, int count, CancellationToken cancellationToken) =>
            new([.. _kept.Values.Where(row => row.Table == table).Select(row => row.Owner).Distinct().Take(count)]);

        public ValueTask<ChangeRow?> ReselectAsync(string table, ChangeRow key, CancellationToken cancellationToken) => new(shop?.Read(table, [key]) is [var row, ..] ? row : null);

        public ValueTask<IReadOnlyList<SourceRow>> ReadByOwnerAsync(IReadOnlyList<string> owners, CancellationToken cancellationToken) =>
            new([.. _kept.Values.Where(row => owners.Contains(row.Owner)).OrderBy(row => (row.Owner, row.Table, row.Key))]);
    }
}
