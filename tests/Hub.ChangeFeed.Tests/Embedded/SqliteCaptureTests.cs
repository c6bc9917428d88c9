using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Tests.Embedded;

public sealed class SqliteCaptureTests : IDisposable
{
    private readonly LegacyFile _legacy = new(
        """"
        CREATE TABLE Product(Id INTEGER PRIMARY KEY, Name TEXT, Price NUMERIC, Slug TEXT UNIQUE);
        CREATE TABLE "Odd ""name"" it's"("the ""key""" TEXT COLLATE NOCASE, Part INTEGER, V, PRIMARY KEY("the ""key""", Part)) WITHOUT ROWID;
        CREATE TABLE Parent(Id INTEGER PRIMARY KEY);
        CREATE TABLE Child(Id INTEGER PRIMARY KEY, ParentId INTEGER REFERENCES Parent(Id) ON DELETE CASCADE);
        CREATE TABLE Keyless(V TEXT);
        """");

    public void Dispose() => _legacy.Dispose();

    [Fact]
    public void Writes_OfEachKind_BecomeEnvelopes()
    {
        _legacy.Install("Product");
        _legacy.Write("INSERT INTO Product VALUES(1, 'Tea \"pot\"\n', 19.9, NULL); UPDATE Product SET Price = 20; DELETE FROM Product");

        Assert.Equal(
            [
                """Create Product {"Id":1}  → {"Id":1,"Name":"Tea \u0022pot\u0022\n","Price":19.9,"Slug":null}""",
                """Update Product {"Id":1} {"Id":1,"Name":"Tea \u0022pot\u0022\n","Price":19.9,"Slug":null} → {"Id":1,"Name":"Tea \u0022pot\u0022\n","Price":20,"Slug":null}""",
                """Delete Product {"Id":1} {"Id":1,"Name":"Tea \u0022pot\u0022\n","Price":20,"Slug":null} → """,
            ],
            _legacy.Changes("Product"));
    }

    [Fact]
    public void Write_InATransactionThatRollsBack_LeavesNothing()
    {
        _legacy.Install("Product");
        _legacy.Write("BEGIN; INSERT INTO Product VALUES(1, 'a', 1, 'a'); SAVEPOINT s; UPDATE Product SET Name = 'b'; ROLLBACK TO s; ROLLBACK");
        Assert.Throws<SqliteException>(() => _legacy.Write("INSERT INTO Product VALUES(2, 'a', 1, 'x'), (3, 'b', 1, 'x')"));

        Assert.Empty(_legacy.Changes("Product"));
        Assert.Equal(0, _legacy.Count("SELECT count(*) FROM hub_changes"));
    }

    [Fact]
    public void ChangeOfKey_IsADeleteAndACreate()
    {
        _legacy.Write("INSERT INTO Product VALUES(1, 'a', 1, NULL)");
        _legacy.Install("Product");
        _legacy.Write("UPDATE Product SET Id = 5");

        var changes = _legacy.Changes("Product");
        Assert.StartsWith("Delete Product {\"Id\":1}", changes[0], StringComparison.Ordinal);
        Assert.StartsWith("Create Product {\"Id\":5}", changes[1], StringComparison.Ordinal);
        Assert.Equal(2, changes.Length);
    }

    [Fact]
    public void Names_WithQuotesAndACompositeKeyThatIgnoresCase_AreCaptured()
    {
        const string name = "Odd \"name\" it's";
        _legacy.Install(name);
        _legacy.Write(""""INSERT INTO "Odd ""name"" it's" VALUES('a', 1, 'x'); UPDATE "Odd ""name"" it's" SET "the ""key""" = 'A'"""");

        var changes = _legacy.Changes(name);
        Assert.Equal(3, changes.Length);
        Assert.Contains(":\"a\",\"Part\":1", changes[1], StringComparison.Ordinal);
        Assert.Contains(":\"A\",\"Part\":1", changes[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("1e300 * 1e300", "\"Inf\"")]
    [InlineData("x'00ff'", "{\"$hex\":\"00ff\"}")]
    [InlineData("'19.90'", "19.9")]
    [InlineData("'ä€🙂'", "\"\\u00E4\\u20AC\\uD83D\\uDE42\"")]
    public void Value_OfAnyKind_NeitherBreaksLegacysWriteNorIsLost(string sql, string json)
    {
        _legacy.Install("Product");
        _legacy.Write($"INSERT INTO Product VALUES(1, 'a', {sql}, NULL)");

        Assert.EndsWith($"\"Price\":{json},\"Slug\":null}}", _legacy.Changes("Product").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("19.9", "19.9")]
    [InlineData("0.1 + 0.2", "0.30000000000000004")]
    [InlineData("1.0 / 3", "0.33333333333333332")]
    public void Value_OfABinaryFraction_IsTheShortestThatIsTheSame(string sql, string json)
    {
        _legacy.Write("CREATE TABLE Fraction(Id INTEGER PRIMARY KEY, Price REAL)");
        _legacy.Install("Fraction");
        _legacy.Write($"INSERT INTO Fraction VALUES(1, {sql})");

        Assert.EndsWith($"\"Price\":{json}}}", _legacy.Changes("Fraction").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void TableWhoseRowsReplaceOthers_IsWarnedOf()
    {
        _legacy.Write("CREATE TABLE Replacing(Id INTEGER PRIMARY KEY, Slug TEXT UNIQUE ON CONFLICT\n REPLACE)");

        Assert.Contains("recursive_triggers", Assert.Single(_legacy.Capture.Install("d", ["Product", "Replacing"]).Warnings), StringComparison.Ordinal);
        Assert.Single(_legacy.Capture.Install("d", ["Product", "Replacing"]).Warnings);
    }

    [Fact]
    public void TableThatIsTakenOut_LosesItsCaptureAtTheNextInstall()
    {
        _legacy.Install("Product", "Parent");
        _legacy.Write("INSERT INTO Parent VALUES(1)");
        _legacy.Install("Product");

        Assert.Equal(0, _legacy.Count("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'Parent'"));
        Assert.Equal(0, _legacy.Count("SELECT count(*) FROM hub_changes WHERE \"table\" = 'Parent'"));
    }

    [Fact]
    public void ForeignKeyThatCascades_TellsEachDeletedChild()
    {
        _legacy.Write("INSERT INTO Parent VALUES(1); INSERT INTO Child VALUES(1, 1), (2, 1)");
        _legacy.Install("Parent", "Child");
        _legacy.Write("DELETE FROM Parent");

        Assert.Equal(3, _legacy.Changes("Parent", "Child").Count(change => change.StartsWith("Delete", StringComparison.Ordinal)));
    }

    [Fact]
    public void LastInsertedId_WithTheCapture_IsStillLegacysOwn()
    {
        _legacy.Install("Product");
        _legacy.Write("INSERT INTO Product VALUES(77, 'a', 1, NULL)");

        Assert.Equal(77, _legacy.Count("SELECT last_insert_rowid()"));
    }

    [Fact]
    public void TableWithoutPrimaryKey_IsRefusedByName()
    {
        var outcome = _legacy.Capture.Install("d", ["Product", "Keyless"]);

        Assert.Contains("Keyless has no primary key", outcome.Refusal, StringComparison.Ordinal);
        Assert.Equal(0, _legacy.Count("SELECT count(*) FROM sqlite_master WHERE name LIKE 'hub%'"));
    }

    [Fact]
    public void TableThatIsMissing_IsWaitedFor() =>
        Assert.Contains("no table Later", _legacy.Capture.Install("d", ["Later"]).Waiting.Single(), StringComparison.Ordinal);

    [Fact]
    public void TableOfTwoDatasets_IsRefused()
    {
        _legacy.Install("Product");

        Assert.Contains("captured for the dataset d", _legacy.Capture.Install("other", ["Product"]).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Install_Again_WritesNothingAndKeepsTheLineage()
    {
        var first = _legacy.Capture.Install("d", ["Product"]).Lineages["Product"];
        var schema = _legacy.Count("PRAGMA schema_version");

        Assert.Equal(first, _legacy.Capture.Install("d", ["Product"]).Lineages["Product"]);
        Assert.Equal(schema, _legacy.Count("PRAGMA schema_version"));
    }

    [Fact]
    public void TableMadeAnew_LosesItsTriggersAndDrawsANewLineage()
    {
        var first = _legacy.Capture.Install("d", ["Product", "Parent"]);
        _legacy.Write("CREATE TABLE P2(Id INTEGER PRIMARY KEY); DROP TABLE Product; ALTER TABLE P2 RENAME TO Product");

        var second = _legacy.Capture.Install("d", ["Product", "Parent"]);
        Assert.NotEqual(first.Lineages["Product"], second.Lineages["Product"]);
        Assert.Equal(first.Lineages["Parent"], second.Lineages["Parent"]);
    }

    [Fact]
    public void ColumnAdded_IsCapturedFromTheNextInstallOn_InTheSameLineage()
    {
        var first = _legacy.Capture.Install("d", ["Product"]);
        _legacy.Write("ALTER TABLE Product ADD COLUMN More TEXT");
        var second = _legacy.Capture.Install("d", ["Product"]);
        _legacy.Write("INSERT INTO Product(Id, More) VALUES(1, 'm')");

        Assert.Equal(first.Lineages["Product"], second.Lineages["Product"]);
        Assert.EndsWith("\"More\":\"m\"}", _legacy.Changes("Product").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_OfATable_TakesItsTriggersAndChanges()
    {
        _legacy.Install("Product", "Parent");
        _legacy.Write("INSERT INTO Product(Id) VALUES(1); INSERT INTO Parent VALUES(1)");
        _legacy.Capture.Remove("d", ["Parent"]);
        _legacy.Write("INSERT INTO Product(Id) VALUES(2)");

        Assert.Equal(["Create Parent {\"Id\":1}  → {\"Id\":1}"], _legacy.Changes("Product", "Parent"));
        Assert.Equal(["d"], _legacy.Capture.Datasets());
        _legacy.Capture.Remove("d", []);
        Assert.Empty(_legacy.Capture.Datasets());
    }

    [Fact]
    public async Task CaptureOfHub01_IsUpgradedInPlaceAndKeepsItsLine()
    {
        _legacy.Write(
            """
            CREATE TABLE hub_changes(seq INTEGER PRIMARY KEY AUTOINCREMENT, "table" TEXT NOT NULL, ts_ms INTEGER NOT NULL, key TEXT NOT NULL, envelope TEXT NOT NULL);
            CREATE TABLE hub_watermark(dataset TEXT PRIMARY KEY NOT NULL, counter INTEGER NOT NULL, ts_ms INTEGER NOT NULL, pruned INTEGER NOT NULL DEFAULT 0);
            CREATE TABLE hub_capture("table" TEXT PRIMARY KEY NOT NULL, dataset TEXT NOT NULL, lineage TEXT NOT NULL);
            INSERT INTO hub_watermark VALUES('d', 7, 1, 0);
            INSERT INTO hub_capture VALUES('Product', 'd', 'before');
            CREATE TRIGGER hub_Product_insert AFTER INSERT ON Product BEGIN SELECT 1; END;
            CREATE TRIGGER hub_Product_update AFTER UPDATE ON Product BEGIN SELECT 1; END;
            CREATE TRIGGER hub_Product_rekey AFTER UPDATE ON Product BEGIN SELECT 1; END;
            CREATE TRIGGER hub_Product_delete AFTER DELETE ON Product BEGIN SELECT 1; END;
            CREATE TRIGGER hub_watermark_update AFTER UPDATE OF counter ON hub_watermark BEGIN SELECT 1; END;
            """);
        Assert.Equal(["d"], _legacy.Capture.Datasets());

        Assert.Equal("before", _legacy.Capture.Install("d", ["Product"]).Lineages["Product"]);
        Assert.Equal(8, await _legacy.Source.WriteWatermarkAsync("d", "here", "x/low", DateTimeOffset.UnixEpoch, CancellationToken.None));
        Assert.Contains("\"lineage\":\"here\",\"mark\":\"x/low\"", _legacy.Changes("Product").Single(), StringComparison.Ordinal);
    }
}
