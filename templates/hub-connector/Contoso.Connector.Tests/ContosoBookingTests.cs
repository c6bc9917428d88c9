using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Contoso.Connector.Tests;

/// <summary>The suite's faults, for the port that books orders: an order is one sale, whatever becomes of the call.</summary>
public sealed class ContosoBookingTests : OrderBookingContract<ContosoStub>
{
    protected override ContosoStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddContoso(new ContosoOptions
    {
        Vendor = "vendor-of-the-config",
        Address = Stub.Address,
        Token = Bench.Secret("token", "s3cret-token"),
        Company = "town-shop",
    });

    protected override bool IsBooking(StubRequest request) => request.Is("POST /companies/{company}/sales");

    protected override int SalesOf(OrderKey key) => Stub.Sales(key.ToString()).Count(sale => !(bool)sale["cancelled"]!);

    protected override void Holds(Order order)
    {
        var sale = Assert.Single(Stub.Sales(order.Key.ToString()));
        Assert.Equal(order.Buyer.Name, (string)sale["buyer"]!);
        Assert.Equal(order.Total.Amount, (decimal)sale["total"]!);
        Assert.Equal(order.Lines.Length, sale["lines"]!.AsArray().Count);
    }
}
