using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Specs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

/// <summary>Every call that the connector makes, against the vendor's own description.</summary>
public sealed class XeroSpecTests : ConnectorContract<XeroStub>
{
    protected override XeroStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddXeroAt(Bench, Stub);

    [Fact]
    public async Task Requests_All_AreAsTheVendorDescribesThem()
    {
        var spec = SpecValidator.Open("xero/xero_accounting.yaml", XeroStub.Base);
        var order = SampleOrders.Names("web/names") with { Shipping = Money.Parse("4.90 EUR"), Total = Money.Parse("24.80 EUR") };
        order = order with { Lines = [order.Lines[0] with { TaxCode = "std" }], ShipTo = order.ShipTo with { Phone = "+972 3 1234567", Region = "TA", Street2 = "2" } };
        Bench.Refer("taxes", "std", "OUTPUT2");
        var (booking, book) = (Port<IOrderBooking>(), Port<IContactBook>());

        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(booking.BookAsync(order, Cancel))).Value;
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(booking.CancelAsync(order.Key, sale, Cancel)));
        Assert.IsType<CallOutcome<Contact>.Done>(await EndAsync(book.UpsertAsync(order.Buyer, Cancel)));
        Assert.IsType<CallOutcome<Contact>.Done>(await EndAsync(book.EraseAsync(order.Buyer, Cancel)));
        Assert.IsType<CallOutcome<StockPage>.Done>(await EndAsync(Port<IStockSource>().FetchAsync(DateTimeOffset.UnixEpoch, null, Cancel)));

        var (begin, end) = (order.PlacedAt, order.PlacedAt.AddDays(1));
        Assert.IsType<CallOutcome<BookPage>.Done>(await EndAsync(Port<ISaleBook>().ListAsync(begin, end, null, Cancel)));

        var calls = Stub.Requests.Where(request => request.Path != "/connect/token").ToList();
        spec.AssertValid(calls);
        Assert.Equal(6, calls.Select(call => $"{call.Method} {call.Path.Split('/')[3]} {call.Path.Count(c => c == '/')}").Distinct().Count());
        Assert.All(calls, call => Assert.Equal($"{XeroStub.Tenant}", call.Header("xero-tenant-id")));
        Assert.All(calls.Where(call => call.Method == "PUT"), call => Assert.InRange(call.Header("Idempotency-Key").Length, 1, 128));
    }
}
