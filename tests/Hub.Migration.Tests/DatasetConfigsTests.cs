using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Migration.Config;

namespace Hub.Migration.Tests;

public sealed class DatasetConfigsTests
{
    [Fact]
    public void TownsDatasets_AreWithoutProblem()
    {
        var problems = new List<ConfigProblem>();
        var datasets = DatasetConfigs.Read(ConfigNode.Read(TownFiles.Document, problems)!, "/data", problems);

        Assert.Empty(problems);
        Assert.Equal(["catalog", "inventory", "customers", "orders", "carts"], datasets.Select(dataset => dataset.Name));
        Assert.True(datasets[^1].HeldPerCustomer);
        Assert.Equal("/data/legacy.db", datasets[0].Source!.Sqlite);
        Assert.Equal(["product", "pricing"], datasets[0].Targets.Select(target => target.Name));
    }

    [Fact]
    public void ServersAndATopic_AreReadWithTheirDefaults()
    {
        var source = Read(
            """
            "Source": { "MariaDb": { "Connection": "Server=db;Port=3307;Database=shop;User ID=hub", "Password": "env:SHOP" },
              "Kafka": { "Bootstrap": "kafka:9092", "Properties": { "security.protocol": "SASL_SSL" }, "Secrets": { "sasl.password": "env:KAFKA" } },
              "Tables": [ "product" ], "Snapshot": { "RowsPerSecond": 500 } },
            "Targets": { "new": { "Postgres": { "Connection": "Host=new;Database=product", "Password": "env:NEW" }, "Tables": { "product": { "From": "product", "Columns": { "id": "id" } } } } }
            """,
            out var problems, out var targets);

        Assert.Empty(problems);
        Assert.Equal((DatabaseEngine.MariaDb, "db:3307/shop", "shop"), (source!.Database.Engine, source.Database.Name, source.Database.Schema));
        Assert.Equal(("hub.shop.changes", KafkaHandling.Hub), (source.Kafka!.Topic, source.Kafka.Handling));
        Assert.Equal((500, 20_000), (source.Snapshot.RowsPerSecond, source.Snapshot.ChunkRows));
        Assert.Equal((DatabaseEngine.Postgres, "public", null), (targets[0].Store.Engine, targets[0].Store.Schema, targets[0].Sqlite));
    }

    [Theory]
    [InlineData("\"Postgres\": { \"Connection\": \"Host=db;Database=shop;Password=geheim\" }", "a password stands in the connection string")]
    [InlineData("\"Postgres\": { \"Connection\": \"Host=db;Databse=shop\" }", "is no connection string")]
    [InlineData("\"Postgres\": { \"Connection\": \"Host=db\" }", "names no database")]
    [InlineData("\"Sqlite\": \"a.db\", \"Postgres\": { \"Connection\": \"Host=db;Database=shop\" }", "several databases are named")]
    [InlineData("\"MariaDb\": { \"Connection\": \"Server=db;Database=shop\" }", "read from MariaDb and has no Kafka")]
    [InlineData("\"Sqlite\": \"a.db\", \"Kafka\": { \"Bootstrap\": \"k:9092\" }", "read from SQLite and has a Kafka")]
    [InlineData("\"Postgres\": { \"Connection\": \"Host=db;Database=shop\" }, \"Kafka\": { \"Bootstrap\": \"k:9092\", \"Properties\": { \"auto.offset.reset\": \"latest\" } }", "'auto.offset.reset' can't be set here")]
    [InlineData("\"Postgres\": { \"Connection\": \"Host=db;Database=shop\" }, \"Kafka\": { \"Bootstrap\": \"k:9092\", \"Connect\": \"connect\" }", "is no address of Kafka Connect")]
    [InlineData("\"Postgres\": { \"Connection\": \"Host=db;Database=shop\" }, \"Snapshot\": { \"By\": \"signal\" }", "copied by signal and has no Kafka")]
    [InlineData("\"Postgres\": { \"Connection\": \"Host=db;Database=shop\" }, \"Kafka\": { \"Bootstrap\": \"k:9092\" }, \"Snapshot\": { \"By\": \"signal\", \"RowsPerSecond\": 5 }", "at most 5 rows a second")]
    public void WrongSource_IsToldWithItsLineAndNoPassword(string source, string what)
    {
        Read($$"""
            "Source": { {{source}}, "Tables": [ "product" ] },
            "Targets": { "new": { "Sqlite": "new.db", "Tables": { "product": { "From": "product", "Columns": { "id": "id" } } } } }
            """, out var problems, out _);

        Assert.True(Assert.Single(problems, problem => problem.What.Contains(what, StringComparison.Ordinal)).Line > 1);
        Assert.DoesNotContain(problems, problem => problem.ToString().Contains("geheim", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"Europe/Berlin\"", "\"Europe/Atlantis\"", "no time zone")]
    [InlineData("\"From\": \"Topic\"", "\"From\": \"Topics\"", "'Topics' is not one of the dataset's Tables")]
    [InlineData("\"As\": \"money\"", "\"As\": \"monney\"", "'monney' is not one of")]
    [InlineData("\"Key\": [ \"slug\" ]", "\"Key\": [ \"slugg\" ]", "'slugg' is not one of the Columns")]
    [InlineData("{ \"Constant\": \"EUR\" }", "{ \"Constant\": \"EUR\", \"From\": \"Price\" }", "either From or Constant")]
    [InlineData("{ \"Constant\": \"EUR\" }", "{ \"Form\": \"Price\" }", "'Form' is not known here")]
    [InlineData("\"WarehouseStock\" ]", "\"WarehouseStock\", \"Product\" ]", "Product belongs to catalog already")]
    [InlineData("\"Sqlite\": \"new-pricing.db\",", "", "no database is named")]
    [InlineData("\"carts\": { \"Held\"", "\"carts\": { \"Targets\": {}, \"Held\"", "held per customer and has a Targets")]
    [InlineData("\"carts\": { \"Held\": \"per customer\" }", "\"carts\": { \"Targets\": {} }", "has a Targets and no Source")]
    [InlineData("\"When\": { \"status\": \"paid\" }", "\"When\": { \"state\": \"paid\" }", "'state' is not one of the Columns of order")]
    [InlineData("\"{unit_price} {currency}\" }", "\"{price}\" }", "'price' is not one of the Columns of order")]
    [InlineData("\"By\": \"order_id\"", "\"By\": \"order\"", "'order' is not one of the Columns of order_line")]
    [InlineData("\"From\": \"order\",", "\"From\": \"orders\",", "'orders' is not one of the target's Tables")]
    [InlineData("\"SumsUpTo\": \"total\"", "\"SumsUpTo\": \"sum\"", "'sum' is not one of the Columns of order")]
    public void WrongDataset_IsToldWithItsLine(string right, string wrong, string what)
    {
        Assert.Contains(right, TownFiles.Document, StringComparison.Ordinal);
        var problems = new List<ConfigProblem>();
        DatasetConfigs.Check(ConfigNode.Read(TownFiles.Document.Replace(right, wrong, StringComparison.Ordinal), problems)!, problems);

        var problem = problems.First(candidate => candidate.What.Contains(what, StringComparison.Ordinal));
        Assert.True(problem.Line > 1);
        Assert.StartsWith("Hub.Datasets.", problem.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprint_OfADataset_IgnoresPlacesAndSeesContent()
    {
        using var town = new TownFiles(withNew: false);

        Assert.Equal(town.Dataset("catalog").Fingerprint, town.Dataset("catalog", text => "// moved\n" + text).Fingerprint);
        Assert.NotEqual(town.Dataset("catalog").Fingerprint, town.Dataset("catalog", text => text.Replace("\"EUR\"", "\"CHF\"", StringComparison.Ordinal)).Fingerprint);
        Assert.Equal(town.Dataset("orders").Fingerprint, town.Dataset("orders", text => text.Replace("\"EUR\"", "\"CHF\"", StringComparison.Ordinal)).Fingerprint);
    }

    private static SourceModel? Read(string parts, out List<ConfigProblem> problems, out ImmutableArray<TargetModel> targets)
    {
        problems = [];
        var dataset = DatasetConfigs.Read(ConfigNode.Read($$"""
            { "Hub": { "Datasets": { "shop": {
            {{parts}}
            } } } }
            """, problems)!, "/data", problems).Single();
        targets = dataset.Targets;
        return dataset.Source;
    }
}
