using Hub.Connectors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

/// <summary>A connector that points at the stub.</summary>
internal static class XeroTestOptions
{
    public const string WebhookKey = "xero-webhook-key";

    public static IServiceCollection AddXeroAt(
        this IServiceCollection services,
        ConnectorBench bench,
        XeroStub stub,
        bool byOrder = true,
        XeroLineAmounts amounts = XeroLineAmounts.Inclusive,
        Guid? contact = null,
        bool refresh = true) => services.AddXero(new XeroOptions
        {
            Vendor = "xero",
            Address = new Uri(stub.Address, XeroStub.Base),
            TokenAddress = new Uri(stub.Address, "/connect/token"),
            ClientId = "hub",
            ClientSecret = bench.Secret("client", "xero-client-secret"),
            RefreshToken = refresh ? bench.Secret("refresh", "refresh-0") : default,
            Tenant = XeroStub.Tenant,
            NumberByOrder = byOrder,
            LineAmounts = amounts,
            Contact = contact,
            ShippingItem = "SHIP",
            TimeZone = "Pacific/Auckland",
            ContactBook = true,
            WebhookKey = bench.Secret("webhook", WebhookKey),
        });
}
