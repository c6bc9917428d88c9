using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Tests;
using Hub.Commerce;
using Hub.Connectors.Amazon.Tests;
using Hub.Connectors.BusinessCentral.Tests;
using Hub.Connectors.HubSpot.Tests;
using Hub.Connectors.ShipEngine.Tests;
using Hub.Connectors.Shopify.Tests;
using Hub.Connectors.Testing.Stubs;
using Hub.Connectors.Ups.Tests;
using Hub.Connectors.Xero.Tests;
using Hub.Control.Protocol;
using Hub.Servers;

namespace Hub.Vendors.Tests;

/// <summary>A marketplace, an ERP, a carrier and a CRM: the plane's config for them, and a look into each beside the connectors.</summary>
internal sealed class VendorTown(string market, string erp, string carrier) : IAsyncDisposable
{
    private const string Sender = """{ "Name": "Shipping desk", "Street": "Main 1", "City": "Berlin", "Zip": "10115", "Country": "DE", "Phone": "+49 30 5550100" }""";
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-vendors-").FullName;
    private readonly AmazonStub? _amazon = market == "amazon" ? new AmazonStub() : null;
    private readonly ShopifyStub? _shopify = market == "shopify" ? new ShopifyStub() : null;
    private readonly BusinessCentralStub? _central = erp == "business-central" ? new BusinessCentralStub() : null;
    private readonly XeroStub? _xero = erp == "xero" ? new XeroStub() : null;
    private readonly ShipEngineStub? _shipEngine = carrier == "shipengine" ? new ShipEngineStub() : null;
    private readonly UpsStub? _ups = carrier == "ups" ? new UpsStub() : null;
    private readonly HubSpotStub _hubSpot = new();

    public string Document => $$"""
        { "Hub": { "Connectors": {
          "shop": { "Vendor": "counter-shop", "Address": "http://127.0.0.1:1" },
          "crm": { "Vendor": "hubspot", "Address": "{{_hubSpot.Address}}", "Token": "{{Secret("pat-eu1-secret")}}" },
          "market": {{Market}},
          "erp": {{Erp}},
          "carrier": {{Carrier}}
        } } }
        """;

    public IEnumerable<string> Contacts => _hubSpot.Contacts.Keys;

    private string Market => _amazon is not null
        ? $$"""
          { "Vendor": "amazon", "Address": "{{_amazon.Address}}", "TokenAddress": "{{_amazon.Address}}auth/o2/token", "Seller": "{{AmazonStub.Seller}}", "Marketplaces": ["A1PA6795UKMFR9"],
            "ClientId": "amzn1.client", "ClientSecret": "{{Secret("lwa-secret")}}", "RefreshToken": "{{Secret("Atzr-refresh")}}", "OrdersPerSecond": 1000, "OrdersBurst": 1000 }
          """
        : $$"""{ "Vendor": "shopify", "Address": "{{_shopify!.Address}}", "Token": "{{Secret(ShopifyStub.Token)}}", "Location": "1" }""";

    private string Erp => erp switch
    {
        "tryton" => $$"""{ "Vendor": "tryton", "Address": "{{TestServers.Tryton}}", "User": "{{TrytonLook.User}}", "Password": "{{Secret(TrytonLook.Password)}}", "Timeout": "00:02:00" }""",
        "xero" => $$"""
          { "Vendor": "xero", "Address": "{{new Uri(_xero!.Address, XeroStub.Base)}}", "TokenAddress": "{{_xero.Address}}connect/token", "ClientId": "hub", "Tenant": "{{XeroStub.Tenant}}",
            "ClientSecret": "{{Secret("xero-client-secret")}}", "RefreshToken": "{{Secret("refresh-0")}}" }
          """,
        _ => $$"""
          { "Vendor": "business-central", "Address": "{{new Uri(_central!.Address, BusinessCentralStub.Base)}}", "TokenAddress": "{{_central.Address}}login", "Client": "hub",
            "Company": "{{BusinessCentralStub.Company}}", "ClientSecret": "{{Secret("entra-secret")}}" }
          """,
    };

    private string Carrier => _ups is not null
        ? $$"""
          { "Vendor": "ups", "Address": "{{_ups.Address}}", "ClientId": "client", "ClientSecret": "{{Secret("ups-secret")}}", "Account": "{{UpsStub.Account}}", "Sender": {{Sender}},
            "Box": { "Length": 30, "Width": 20, "Height": 10 } }
          """
        : $$"""{ "Vendor": "shipengine", "Address": "{{_shipEngine!.Address}}", "Token": "{{Secret("TEST_secret")}}", "CarrierId": "se-123456", "Sender": {{Sender}} }""";

    /// <summary>Says what the carrier and the ERP call the marketplace's way to ship and to pay.</summary>
    public async Task ReferAsync(AdaptersBench bench)
    {
        await SetAsync("carrier", "services", _amazon is not null ? "STANDARD" : "Standard", _ups is not null ? "11" : "usps_ground_advantage");
        if (_central is not null)
        {
            await SetAsync("erp", "payments", _amazon is not null ? "CreditCard" : "shopify_payments", "3bb5b4b6-ea4c-43ca-ba1c-3b69e29a6668");
        }

        async Task SetAsync(string connector, string table, string key, string value)
        {
            using var answer = await bench.SendAsync(HttpMethod.Post, "/api/xref/set", JsonContent.Create(new ChangeReference(connector, table, key, value)));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    /// <summary>Someone buys two of S1. Each call's order is another one, so that the real ERP, which keeps them, knows none of it.</summary>
    public Order Place(DateTimeOffset now)
    {
        var id = Random.Shared.NextInt64(1_000_000_000_000, 9_000_000_000_000).ToString(CultureInfo.InvariantCulture);
        var order = new Order(
            OrderKey.Parse($"{market}/{id}"), id, now, new Contact($"{id}@town.test", "A. Buyer"), [new OrderLine(Sku.Parse("S1"), "Article S1", 2, new Money(9.95m, "USD"))],
            new Money(19.90m, "USD"), new Address("A. Buyer", "Main 1", "Berlin", "10115", "DE") { Phone = "+49 30 5550101" });
        if (_amazon is not null)
        {
            var placed = _amazon.Place(order, now);
            if (erp == "tryton")
            {
                placed.Remove("payment");
            }
        }
        else
        {
            _shopify!.Place(order, now, node =>
            {
                if (erp == "tryton")
                {
                    node["paymentGatewayNames"] = new JsonArray();
                }
            });
        }

        return order;
    }

    public async Task<int> SalesOfAsync(OrderKey key) => erp switch
    {
        "tryton" => await TrytonLook.SalesAsync(key.ToString()),
        "xero" => _xero!.Live(key.ToString()).Count(),
        _ => _central!.Orders.Count(sale => $"{sale["externalDocumentNumber"]}" == key.ToString()),
    };

    /// <summary>Labels that are paid for; nobody else ships here.</summary>
    public int LabelsOf(OrderKey key) => _ups?.ShipmentsOf(key.ToString()) ?? _shipEngine!.Labels.Count(label => !(bool)label["voided"]!);

    /// <summary>What the marketplace's buyer was told.</summary>
    public IEnumerable<string> TrackingOf(OrderKey key) => _amazon?.TrackingOf(key) ?? _shopify!.ToldOf(key).Select(told => told.Tracking);

    public async ValueTask DisposeAsync()
    {
        foreach (var stub in new VendorStub?[] { _amazon, _shopify, _central, _xero, _shipEngine, _ups, _hubSpot })
        {
            if (stub is not null)
            {
                await stub.DisposeAsync();
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Secret(string value)
    {
        var file = Path.Combine(_folder, $"{value.GetHashCode(StringComparison.Ordinal):x}");
        File.WriteAllText(file, value);
        return $"file:{file}";
    }
}
