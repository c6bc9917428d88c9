using System.Net;
using Hub.Adapters.Connectors;
using Hub.Configuration;
using Hub.Control.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests;

public sealed class ConnectorTests(AdaptersBench bench) : IClassFixture<AdaptersBench>
{
    [Fact]
    public async Task Take_OneConnectorChanged_KeepsTheOthers()
    {
        var connectors = bench.Services.GetRequiredService<ConnectorSet>();
        var (erp, crm) = (connectors.Find("erp"), connectors.Find("crm"));

        Assert.Empty(await bench.TakeAsync(bench.Document(erpTimeout: "00:00:20")));
        Assert.NotSame(erp, connectors.Find("erp"));
        Assert.Same(crm, connectors.Find("crm"));

        Assert.NotEmpty(await bench.TakeAsync("""{ "Hub": { "Connectors": { "erp": { "Vendor": "sap" } } } }"""));
        Assert.Equal(TimeSpan.FromSeconds(20), connectors.Find("erp")!.Config.Options.Timeout);
    }

    [Fact]
    public async Task Connectors_Listed_SayWhatTheyAreAndHowTheyFare()
    {
        var list = await bench.GetAsync<ConnectorView[]>("/api/connectors");

        Assert.Equal(["bazaar", "carrier", "crm", "erp", "shop"], list.Select(connector => connector.Name));
        Assert.Equal("marketplace", list[0].Capability);
        await bench.UntilAsync(
            async () => await bench.GetAsync<ConnectorView>("/api/connectors/bazaar") is { State: "up", Calls: > 0 }, "the marketplace was asked");
        using var nobody = await bench.SendAsync(HttpMethod.Get, "/api/connectors/nobody");
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Theory]
    [InlineData("""{ "Hub": { "Connectors": [] } }""", "no object")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { } } } }""", "'Vendor' is missing")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "sap", "Address": "http://a" } } } }""", "'sap' is no vendor")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "town-erp" } } } }""", "'Address' is missing")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "town-erp", "Address": "erp" } } } }""", "no whole address")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "town-erp", "Address": "http://a", "Token": "s3cret" } } } }""", "wrong kind")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "town-erp", "Address": "http://a", "Adress": "http://b" } } } }""", "'Adress' is not known")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "town-erp", "Address": "http://a" }, "y": { "Vendor": "town-erp", "Address": "http://a" } } } }""", "both connectors of the capability erp")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "town-erp", "Address": "http://hub:s3cret@a" } } } }""", "a user and a password")]
    [InlineData("""{ "Hub": { "Connectors": { "x": { "Vendor": "town-erp", "Address": "http://a", "Token": "file:/nowhere/erp" } } } }""", "there is no file /nowhere/erp")]
    [InlineData("""{ "Hub": { "Orders": { "Intake": "tomorrow" } } }""", "'tomorrow' is no time")]
    public void Check_WrongConfig_SaysWhatWhyAndWhatToDo(string json, string what)
    {
        var problems = new List<ConfigProblem>();
        ConnectorConfigs.Check(ConfigNode.Read(json, problems)!, KnownVendors.All, problems);

        var problem = Assert.Single(problems);
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        Assert.True(problem is { Line: 1, Why.Length: > 0, Fix.Length: > 0 });
        Assert.DoesNotContain("s3cret", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_GoodConfig_IsSilent()
    {
        var problems = new List<ConfigProblem>();
        ConnectorConfigs.Check(ConfigNode.Read(bench.Document(intake: "2027-01-31T06:00:00Z"), problems)!, KnownVendors.All, problems);

        Assert.Empty(problems);
    }
}
