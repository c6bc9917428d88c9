using System.Collections.Immutable;
using System.Text;
using Hub.Connectors.Testing.Specs;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Tests.Specs;

/// <summary>What a connector might send wrongly, held against the vendors' own descriptions.</summary>
public sealed class SpecValidatorTests
{
    private static readonly Lazy<SpecValidator> ShipEngine = new(() => SpecValidator.Open("shipengine/openapi.yaml"));

    [Theory]
    [InlineData("xero/xero_accounting.yaml")]
    [InlineData("xero/xero-identity.yaml")]
    [InlineData("shipengine/openapi.yaml")]
    [InlineData("business-central/BCOAS1.0.yaml")]
    [InlineData("ups/Shipping.yaml")]
    [InlineData("ups/Tracking.yaml")]
    [InlineData("ups/OAuthClientCredentials.yaml")]
    [InlineData("amazon-sp-api/models/orders_2026-01-01.json")]
    [InlineData("amazon-sp-api/models/ordersV0.json")]
    [InlineData("amazon-sp-api/models/listingsItems_2021-08-01.json")]
    public void Open_TheVendorsDescription_IsRead(string file) =>
        Assert.Contains("no such path", Assert.Single(SpecValidator.Open(file).Problems(Request("GET", "/no/such"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("GET", "/v1/labels", "page=1&page_size=25", "", "")]
    [InlineData("GET", "/v1/labels", "pages=1", "", "no query parameter pages")]
    [InlineData("GET", "/v1/labels", "page_size=many", "", "page_size")]
    [InlineData("PATCH", "/v1/labels", "", "", "no PATCH there")]
    [InlineData("PUT", "/v1/labels/se-28529731/void", "", "", "")]
    [InlineData("GET", "/v1/labels/external_shipment_id/web%2F10042", "", "", "")]
    [InlineData("POST", "/v1/labels", "", "", "the body is missing")]
    [InlineData("POST", "/v1/labels", "", """{ "shipment": { "service_code": "usps_priority_mail", "ship_tos": {} } }""", "ship_tos")]
    [InlineData("POST", "/v1/environment/webhooks", "", """{ "url": "https://hub.example/w", "event": "track" }""", "")]
    [InlineData("POST", "/v1/environment/webhooks", "", """{ "url": "https://hub.example/w", "event": "tracks" }""", "none of")]
    [InlineData("POST", "/v1/environment/webhooks", "", """{ "url": "https://hub.example/w" }""", "event is missing")]
    [InlineData("POST", "/v1/environment/webhooks", "", """{ "url": 7, "event": "track" }""", "of the kind integer")]
    public void Problems_ShipEngine_AreToldWhere(string method, string path, string query, string body, string problem)
    {
        var problems = ShipEngine.Value.Problems(Request(method, path, query, body));

        Assert.True(
            problem.Length == 0 ? problems.IsEmpty : problems.Any(told => told.Contains(problem, StringComparison.Ordinal)), string.Join("\n", problems.DefaultIfEmpty("none")));
    }

    [Fact]
    public void Problems_SwaggerTwo_AreToldToo()
    {
        var amazon = SpecValidator.Open("amazon-sp-api/models/ordersV0.json");
        const string path = "/orders/v0/orders/902-1/shipmentConfirmation";

        Assert.Contains(amazon.Problems(Request("POST", path, "", """{ "packageDetail": {} }""")), problem => problem.Contains("marketplaceId is missing", StringComparison.Ordinal));
        Assert.Contains(amazon.Problems(Request("POST", path, "", """{ "marketplaceId": 1, "packageDetail": {} }""")), problem => problem.Contains("kind integer", StringComparison.Ordinal));
    }

    private static StubRequest Request(string method, string path, string query = "", string body = "") => new(
        method, path, query, ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase)
            .Add("Content-Type", "application/json").Add("API-Key", "x"), Encoding.UTF8.GetBytes(body));
}
