using Hub.Connectors.Testing;

namespace Hub.Connectors.BusinessCentral.Tests;

/// <summary>A connector's options that point at the stub.</summary>
internal static class BenchOptions
{
    public static BusinessCentralOptions Of(ConnectorBench bench, BusinessCentralStub stub, bool webhook = false) => new()
    {
        Vendor = "business-central",
        Address = new Uri(stub.Address, BusinessCentralStub.Base),
        TokenAddress = new Uri(stub.Address, "/login"),
        Client = "hub",
        ClientSecret = bench.Secret("secret", "entra-secret"),
        Company = BusinessCentralStub.Company,
        ShippingItem = "SHIP",
        WebhookAddress = webhook ? new Uri("https://hub.example/webhooks/erp") : null,
        WebhookSecret = bench.Secret("state", "our-client-state"),
    };
}
