using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Hub.Connectors.Tokens;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tests.Acme;

public sealed class AcmeBookingTests : OrderBookingContract<AcmeStub>
{
    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(Acme.Options(Stub, Bench));

    protected override bool IsBooking(StubRequest request) => request.Is("POST /sales");

    protected override int SalesOf(OrderKey key) => Stub.SalesOf(key.ToString()).Count;

    protected override void Holds(Order order)
    {
        var sale = Stub.SalesOf(order.Key.ToString())[0];
        Assert.Equal((order.Buyer.Name, order.Total.Amount, order.Lines.Length), ((string)sale["buyer"]!, (decimal)sale["total"]!, (int)sale["lines"]!));
    }
}

public sealed class AcmeOrderTests : OrderSourceContract<AcmeStub>
{
    protected override int PageSize => AcmeStub.PageSize;

    protected override IReadOnlyList<string> StateFields => ["state"];

    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(Acme.Options(Stub, Bench));

    protected override void Place(Order order, DateTimeOffset changedAt) => Stub.Place(order, changedAt);

    protected override bool CancelAt(OrderKey key, DateTimeOffset changedAt)
    {
        Stub.Place(Order(1) with { Key = key }, changedAt, "cancelled");
        return true;
    }

    protected override bool IsPage(StubRequest request) => request.Is("GET /orders");

    protected override JsonArray Entries(JsonNode page) => page["orders"]!.AsArray();
}

public sealed class AcmeConfirmationTests : OrderConfirmationContract<AcmeStub>
{
    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(Acme.Options(Stub, Bench));

    protected override Order Shippable() => SampleOrders.Plain("acme/M-1");

    protected override bool IsConfirming(StubRequest request) => request.Is("PUT /orders/{id}/parcels/{tracking}");

    protected override IReadOnlyList<string> TrackingOf(OrderKey key) => [.. Stub.Parcels.Where(parcel => parcel.Value == key.Id).Select(parcel => parcel.Key)];
}

public sealed class AcmeStockTests : StockSinkContract<AcmeStub>
{
    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(Acme.Options(Stub, Bench));

    protected override Sku ArticleOf(int number) => Sku.Parse($"TS-{number:000}");

    protected override bool IsSetting(StubRequest request) => request.Is("PUT /stock");

    protected override int ShownOf(Sku sku) => Stub.Stock[sku.Text];
}

public sealed class AcmeContactTests : ContactBookContract<AcmeStub>
{
    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(Acme.Options(Stub, Bench));

    protected override bool IsUpserting(StubRequest request) => request.Is("PUT /people/{email}");

    protected override IReadOnlyList<string> NamesOf(string email) => Stub.People.TryGetValue(email, out var name) ? [name] : [];
}

public sealed class AcmeTokenTests : TokenContract<AcmeStub>
{
    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(Acme.Options(Stub, Bench), new OAuthRequest
    {
        Endpoint = new Uri(Stub.Address, "/token"),
        Client = "hub",
        ClientSecret = Bench.Secret("client", "acme-client-secret"),
    });

    protected override bool IsTokenRequest(StubRequest request) => request.Is("POST /token");

    protected override async Task<Outcome> CallAsync() => Outcome.Of(await Port<IOrderBooking>().FindAsync(OrderKey.Parse("web/1"), Cancel));
}

public sealed class AcmeWebhookTests : WebhookContract<AcmeStub>
{
    protected override string? SignatureHeader => "X-Acme-Signature";

    protected override TimeSpan? Window => TimeSpan.FromMinutes(5);

    protected override (WebhookRequest Question, string Answer)? Handshake =>
        (new WebhookRequest("GET", new Uri("https://hub.example/webhooks/acme?abc"), WebhookRequest.HeadersOf([]), default, Bench.Time.GetUtcNow()), "abc");

    protected override AcmeStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddAcme(Acme.Options(Stub, Bench));

    protected override WebhookRequest Post(string eventId, DateTimeOffset at)
    {
        var body = Encoding.UTF8.GetBytes($$"""{ "id": "{{eventId}}" }""");
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData("acme-secret"u8, [.. Encoding.UTF8.GetBytes(time + "."), .. body]);
        return new WebhookRequest(
            "POST", new Uri("https://hub.example/webhooks/acme"),
            WebhookRequest.HeadersOf([KeyValuePair.Create("X-Acme-Time", time), KeyValuePair.Create("x-acme-signature", Convert.ToBase64String(signature))]),
            body, Bench.Time.GetUtcNow());
    }
}

internal static class Acme
{
    public static ConnectorOptions Options(AcmeStub stub, ConnectorBench bench) => new()
    {
        Vendor = "acme",
        Address = stub.Address,
        Token = bench.Secret("token", "acme-secret"),
    };
}
