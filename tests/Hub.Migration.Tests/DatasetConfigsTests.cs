using Hub.Configuration;

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

    [Theory]
    [InlineData("\"Europe/Berlin\"", "\"Europe/Atlantis\"", "no time zone")]
    [InlineData("\"From\": \"Topic\"", "\"From\": \"Topics\"", "'Topics' is not one of the dataset's Tables")]
    [InlineData("\"As\": \"money\"", "\"As\": \"monney\"", "'monney' is not one of")]
    [InlineData("\"Key\": [ \"slug\" ]", "\"Key\": [ \"slugg\" ]", "'slugg' is not one of the Columns")]
    [InlineData("{ \"Constant\": \"EUR\" }", "{ \"Constant\": \"EUR\", \"From\": \"Price\" }", "either From or Constant")]
    [InlineData("{ \"Constant\": \"EUR\" }", "{ \"Form\": \"Price\" }", "'Form' is not known here")]
    [InlineData("\"WarehouseStock\" ]", "\"WarehouseStock\", \"Product\" ]", "Product belongs to catalog already")]
    [InlineData("\"Sqlite\": \"new-pricing.db\",", "", "'Sqlite' is missing")]
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
}
