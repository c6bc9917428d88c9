using Hub.Connectors.Testing.Specs;

namespace Hub.Connectors.Tests.Specs;

public sealed class SpecExamplesTests
{
    [Theory]
    [InlineData("xero/xero_accounting.yaml", "GET /Contacts", "Contacts")]
    [InlineData("shipengine/openapi.yaml", "GET /v1/labels/{label_id}", "tracking_number")]
    [InlineData("amazon-sp-api/models/orders_2026-01-01.json", "GET /orders/2026-01-01/orders", "orders")]
    public void Answer_TheVendorsOwn_HasWhatItShould(string file, string operation, string field) =>
        Assert.NotNull(SpecExamples.Open(file).Answer(operation)[field]);

    [Fact]
    public void Answer_NoSuchOperation_IsToldByName()
    {
        var error = Assert.Throws<InvalidOperationException>(() => SpecExamples.Open("shipengine/openapi.yaml").Answer("GET /no/such"));

        Assert.Contains("GET /no/such", error.Message, StringComparison.Ordinal);
    }
}
