using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.Tests.References;

public sealed class CrossReferencesTests
{
    private static readonly CrossReferences Some = new("erp", table => table switch
    {
        CrossReferences.Units => new CrossReferenceTable([KeyValuePair.Create("piece", "C62"), KeyValuePair.Create("item", "C62")]),
        _ => CrossReferenceTable.Empty,
    });

    [Fact]
    public void Of_Row_IsTheVendorsWord()
    {
        Assert.Equal("C62", Some.Of(CrossReferences.Units, "piece"));
        Assert.Equal(["item", "piece"], Some.KeysOf(CrossReferences.Units, "C62"));
        Assert.Empty(Some.KeysOf(CrossReferences.Units, "X"));
    }

    [Fact]
    public void Of_ItemsWithoutRows_AreCalledTheSame()
    {
        Assert.Equal("TS-001", Some.Of(CrossReferences.Items, "TS-001"));
        Assert.Equal(["TS-001"], Some.KeysOf(CrossReferences.Items, "TS-001"));
    }

    [Fact]
    public async Task Of_RowMissing_IsARefusalThatNamesTheRow()
    {
        var options = new ConnectorOptions { Vendor = "acme" };
        var calls = new VendorCalls(options, TimeProvider.System, new SecretMask());

        var refused = Assert.IsType<CallOutcome<string>.Refused>(await calls.CallAsync(
            _ => Task.FromResult(Some.Of(CrossReferences.Taxes, "DE 19%")), TestContext.Current.CancellationToken));

        Assert.Equal(new MissingReference("taxes", "DE 19%"), refused.Missing);
        Assert.Contains("hub xref set erp taxes 'DE 19%' VALUE", refused.Reason, StringComparison.Ordinal);
    }
}
