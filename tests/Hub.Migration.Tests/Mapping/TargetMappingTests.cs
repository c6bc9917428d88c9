using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Configuration;
using Hub.Migration.Mapping;

namespace Hub.Migration.Tests.Mapping;

public sealed class TargetMappingTests
{
    private static readonly DatabaseTable Orders = MappingSetup.Table("orders", "id:bigint! number:varchar(20)! status:text! deleted_at:timestamp total:numeric(12,2)! size:text", "id", "number");
    private static readonly DatabaseTable Target = MappingSetup.Table("order", "number:text! total:numeric(12,2)! size:text size_cm:numeric", "number");
    private static readonly ColumnNames Names = new(["id", "number", "status", "deleted_at", "total", "size"]);

    private const string Filtered =
        """
        "order": { "From": "orders", "Key": [ "number" ], "Where": { "status": [ "paid", "done" ], "deleted_at": null }, "Columns": { "number": "number", "total": { "From": "total", "As": "money" } } }
        """;

    [Theory]
    [InlineData("paid", "done", "upsert A")] // stays
    [InlineData("new", "paid", "upsert A")] // enters
    [InlineData("paid", "new", "delete A")] // leaves
    [InlineData("new", "new", "delete A")] // was never here: the delete does nothing
    public void Filter_OverAnUpdate_DecidesWhatBecomesOfTheRow(string before, string after, string effect) =>
        Assert.Equal([effect], Effects(Filtered, ChangeOperation.Update, Row("A", before), Row("A", after)));

    [Fact]
    public void Filter_OverARowThatIsMadeOutsideOfIt_DoesNothing() => Assert.Empty(Effects(Filtered, ChangeOperation.Create, null, Row("A", "new")));

    [Fact]
    public void Filter_OverACopiedRowOutsideOfIt_TakesIt() => Assert.Equal(["delete A"], Effects(Filtered, ChangeOperation.Read, null, Row("A", "new")));

    [Fact]
    public void Filter_OfNull_TakesNullOnly() =>
        Assert.Equal(["delete A"], Effects(Filtered, ChangeOperation.Update, null, MappingSetup.Row(Names, 1, "A", "paid", "2027-01-01T00:00:00", 5m, null)));

    [Fact]
    public void Filter_ByWhatTheSourceDidNotSay_IsRefused()
    {
        var mapping = MappingSetup.Bind(Filtered, [Orders], [Target]);
        var problem = mapping.Map(
            MappingSetup.Change(ChangeOperation.Update, Orders, null, MappingSetup.Row(Names, 1, "A", ChangeValue.Unknown, null, 5m, null)), []);

        Assert.Equal("order: column status: the source's row doesn't say it, since it was not changed, and Where chooses by it", problem);
    }

    [Fact]
    public void Key_ThatChanges_IsADeleteAndAnUpsert() =>
        Assert.Equal(["delete A", "upsert B"], Effects(Filtered, ChangeOperation.Update, Row("A", "paid"), Row("B", "paid")));

    [Fact]
    public void Delete_WithNothingButTheKey_FindsTheRowByTheBeforeImage() => Assert.Equal(["delete A"], Effects(Filtered, ChangeOperation.Delete, Row("A", "paid"), null));

    [Fact]
    public void Truncate_EmptiesTheTable()
    {
        var effects = new List<RowEffect>();
        Assert.Null(MappingSetup.Bind(Filtered, [Orders], [Target]).Map(
            new ChangeEvent(ChangeOperation.Truncate, "orders", new ChangeRow(new ColumnNames([]), []), null, null, default, default), effects));
        Assert.True(Assert.Single(effects).IsTruncate);
    }

    [Fact]
    public void Split_OfOneTable_FillsSeveral()
    {
        var mapping = MappingSetup.Bind(
            """
            "order": { "From": "orders", "Key": [ "number" ], "Columns": { "number": "number", "total": "total" } },
            "order_size": { "From": "orders", "Columns": { "id": "id", "size": { "From": "size", "Default": "none" }, "source": { "Constant": "legacy" } } }
            """,
            [Orders], [Target, MappingSetup.Table("order_size", "id:bigint! size:text! source:text", "id")]);
        var effects = new List<RowEffect>();

        Assert.Null(mapping.Map(MappingSetup.Change(ChangeOperation.Create, Orders, null, Row("A", "paid")), effects));
        Assert.Equal([["A", 5.00m], [1L, "none", "legacy"]], effects.Select(effect => effect.Row!));
    }

    [Fact]
    public void Map_WhereOneOfSeveralTablesRefuses_AddsNothing()
    {
        var mapping = MappingSetup.Bind(
            """
            "order": { "From": "orders", "Key": [ "number" ], "Columns": { "number": "number", "total": "total" } },
            "order_size": { "From": "orders", "Columns": { "id": "id", "size": "size" } }
            """,
            [Orders], [Target, MappingSetup.Table("order_size", "id:bigint! size:text!", "id")]);
        var effects = new List<RowEffect>();

        Assert.Equal(
            "order_size: column size (from size) is null, which the target's column must not be; give it a Default",
            mapping.Map(MappingSetup.Change(ChangeOperation.Create, Orders, null, Row("A", "paid")), effects));
        Assert.Empty(effects);
    }

    [Fact]
    public void MaskedColumn_StaysAsItIs()
    {
        var effects = new List<RowEffect>();
        var mapping = MappingSetup.Bind("\"order\": { \"From\": \"orders\", \"Key\": [ \"number\" ], \"Columns\": { \"number\": \"number\", \"total\": \"total\", \"size\": \"size\" } }", [Orders], [Target]);

        Assert.Null(mapping.Map(MappingSetup.Change(ChangeOperation.Update, Orders, null, MappingSetup.Row(Names, 1, "A", "paid", null, 5m, ChangeValue.Unknown)), effects));
        Assert.Same(RowEffect.Unknown, Assert.Single(effects).Row![2]);
    }

    [Fact]
    public void RowMapping_ByCode_FillsItsColumns()
    {
        var mapping = MappingSetup.Bind(ByCode, [Orders], [Target], Sizes());
        var effects = new List<RowEffect>();

        Assert.Null(mapping.Map(MappingSetup.Change(ChangeOperation.Create, Orders, null, MappingSetup.Row(Names, 1, "A", "paid", null, 5m, "XL")), effects));
        Assert.Equal(["A", 5.00m, "extra large", 61.5m], effects[0].Row!);
    }

    [Fact]
    public void RowMapping_ThatRefuses_SaysWhy() => Assert.Equal(
        "order: sizes: the size 'huge' is in no table of sizes",
        MappingSetup.Bind(ByCode, [Orders], [Target], Sizes()).Map(
            MappingSetup.Change(ChangeOperation.Create, Orders, null, MappingSetup.Row(Names, 1, "A", "paid", null, 5m, "huge")), []));

    [Fact]
    public void RowMapping_OfAnUnknownValue_LeavesItsColumnsAsTheyAre()
    {
        var effects = new List<RowEffect>();
        Assert.Null(MappingSetup.Bind(ByCode, [Orders], [Target], Sizes()).Map(
            MappingSetup.Change(ChangeOperation.Update, Orders, null, MappingSetup.Row(Names, 1, "A", "paid", null, 5m, ChangeValue.Unknown)), effects));
        Assert.Equal(["A", 5.00m, RowEffect.Unknown, RowEffect.Unknown], effects[0].Row!);
    }

    [Fact]
    public void RowMapping_GivingAnotherType_IsRefusedWithTheColumnsName() => Assert.Equal(
        "order: column size_cm: sizes gave a String, and numeric takes Decimal",
        MappingSetup.Bind(ByCode, [Orders], [Target], Sizes(wrong: true)).Map(
            MappingSetup.Change(ChangeOperation.Create, Orders, null, MappingSetup.Row(Names, 1, "A", "paid", null, 5m, "XL")), []));

    [Theory]
    [InlineData("\"Use\": \"size\"", "no row mapping is registered as 'size'")]
    [InlineData("\"Use\": \"sizes\"", "sizes fills size, size_cm, and order takes size of it")]
    [InlineData("\"From\": \"size\", \"Scale\": 2", "has Scale and is no money")]
    [InlineData("\"From\": \"size\", \"As\": \"money\", \"Currency\": \"Euro\"", "the Currency 'Euro'")]
    [InlineData("\"From\": \"size\", \"As\": \"money\", \"Currency\": \"JPY\", \"Scale\": 2", "JPY has 0 decimals")]
    [InlineData("\"From\": \"size\", \"Json\": \"color\"", "'color' is no path")]
    [InlineData("\"From\": \"size\", \"Language\": \"en\"", "stands in no Join with a Variant")]
    [InlineData("\"From\": \"size\", \"Map\": { \"a\": \"b\" }, \"As\": \"text\"", "both As and Map")]
    public void WrongColumn_IsToldWithItsLine(string column, string what)
    {
        var problems = new List<ConfigProblem>();
        MappingSetup.Read("\"order\": { \"From\": \"orders\", \"Columns\": { \"number\": \"number\",\n\"size\": { " + column + " } } }", [Orders], problems, Sizes());

        var problem = problems.First(one => one.What.Contains(what, StringComparison.Ordinal));
        Assert.True(problem.Line > 1);
        Assert.StartsWith("Hub.Datasets.d.Targets.t.Tables.order.Columns", problem.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"From\": \"orders\", \"Columns\": { \"number\": \"numbr\", \"total\": \"total\" }", "orders has no column numbr")]
    [InlineData("\"From\": \"orders\", \"Key\": [ \"number\" ], \"Columns\": { \"number\": \"number\" }", "order.total must not be null and nothing is mapped to it")]
    [InlineData("\"From\": \"orders\", \"Columns\": { \"number\": \"number\", \"total\": \"total\" }", "order has no Key")]
    [InlineData("\"From\": \"orders\", \"Key\": [ \"number\" ], \"Columns\": { \"number\": \"status\", \"total\": \"total\" }", "orders may hold two rows with the same")]
    [InlineData("\"From\": \"orders\", \"Key\": [ \"total\" ], \"Columns\": { \"number\": \"number\", \"total\": \"total\" }", "neither primary key nor unique index on exactly total")]
    [InlineData("\"From\": \"orders\", \"Key\": [ \"number\" ], \"Where\": { \"total\": \"much\" }, \"Columns\": { \"number\": \"number\", \"total\": \"total\" }", "'much' is never what orders.total")]
    [InlineData("\"From\": \"orders\", \"Key\": [ \"number\" ], \"Columns\": { \"number\": \"number\", \"total\": { \"From\": \"total\", \"Default\": \"none\" } }", "the Default 'none' is not a number")]
    [InlineData(
        "\"From\": \"orders\", \"Key\": [ \"number\" ], \"Join\": [ { \"Table\": \"lines\", \"On\": { \"order_id\": \"id\" }, \"Columns\": { \"size\": \"name\" } } ], \"Columns\": { \"number\": \"number\", \"total\": \"total\" }",
        "lines may have several rows for one of orders")]
    [InlineData(
        "\"From\": \"orders\", \"Key\": [ \"number\" ], \"Join\": [ { \"Table\": \"lines\", \"On\": { \"id\": \"status\" }, \"Columns\": { \"size\": \"name\" } } ], \"Columns\": { \"number\": \"number\", \"total\": \"total\" }",
        "orders may hold several rows with the same")]
    public void Mapping_ThatTheTablesContradict_IsToldBeforeStart(string table, string what)
    {
        var problems = new List<string>();
        var lines = MappingSetup.Table("lines", "id:bigint! order_id:bigint! name:text", "id");
        Assert.Null(MappingSetup.Bind($"\"order\": {{ {table} }}", [Orders, lines], [Target], problems, []));

        Assert.Contains(problems, problem => problem.Contains(what, StringComparison.Ordinal) && problem.Contains("To do: ", StringComparison.Ordinal)
            && problem.StartsWith("Hub.Datasets.d.Targets.t.Tables.order", StringComparison.Ordinal));
    }

    [Fact]
    public void Key_OfASourceThatKeepsNoWholeRows_HasToComeFromThePrimaryKey()
    {
        var problems = new List<string>();
        Assert.Null(MappingSetup.Bind(Filtered, [Orders with { WholeBefore = false }], [Target], problems, []));

        Assert.Contains("REPLICA IDENTITY FULL", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Number_ThatMayNotFit_IsAWarning()
    {
        var warnings = new List<string>();
        Assert.NotNull(MappingSetup.Bind(
            "\"o\": { \"From\": \"orders\", \"Columns\": { \"id\": \"id\", \"number\": \"number\" } }", [Orders], [MappingSetup.Table("o", "id:integer! number:varchar(10)", "id")], [], warnings));

        Assert.Contains(warnings, warning => warning.Contains("a number above 2147483647 goes to the quarantine", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("a longer text goes to the quarantine", StringComparison.Ordinal));
    }

    private const string ByCode =
        """
        "order": { "From": "orders", "Key": [ "number" ], "Columns": { "number": "number", "total": "total", "size": { "Use": "sizes" }, "size_cm": { "Use": "sizes" } } }
        """;

    private static RowMappings Sizes(bool wrong = false) => new([KeyValuePair.Create<string, IRowMapping>("sizes", new SizeMapping(wrong))]);

    private static string[] Effects(string config, ChangeOperation operation, ChangeRow? before, ChangeRow? after)
    {
        var effects = new List<RowEffect>();
        Assert.Null(MappingSetup.Bind(config, [Orders], [Target]).Map(MappingSetup.Change(operation, Orders, before, after), effects));
        return [.. effects.Select(effect => $"{(effect.Row is null ? "delete" : "upsert")} {effect.Key[0]}")];
    }

    private static ChangeRow Row(string number, string status) => MappingSetup.Row(Names, 1, number, status, null, 5m, null);

    /// <summary>The example of docs/mapping.md.</summary>
    private sealed class SizeMapping(bool wrong) : IRowMapping
    {
        public ImmutableArray<string> Reads { get; } = ["size"];

        public ImmutableArray<string> Columns { get; } = ["size", "size_cm"];

        public object?[] Map(ReadOnlySpan<ChangeValue> row) => row[0].Text switch
        {
            null => [null, null],
            "M" => ["medium", 51m],
            "XL" => ["extra large", wrong ? "61.5" : 61.5m],
            var size => throw new RowRefusedException($"the size '{size}' is in no table of sizes"),
        };
    }
}
