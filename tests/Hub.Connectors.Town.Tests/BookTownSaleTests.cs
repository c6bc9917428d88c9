using Hub.Commerce;
using Hub.Town.Business.Faults;

namespace Hub.Connectors.Town.Tests;

public sealed class BookTownSaleTests(TownBench bench) : IClassFixture<TownBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Book_Order_IsFoundByItsReference()
    {
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial());
        var key = OrderKey.Parse("web/ä 1/2");
        Assert.Null(Assert.IsType<CallOutcome<SaleNumber?>.Done>(await bench.Erp().FindAsync(key, Cancel)).Value);

        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await bench.Erp().BookAsync(TownBench.Order(key.ToString()), Cancel)).Value;

        Assert.Equal(sale, Assert.IsType<CallOutcome<SaleNumber?>.Done>(await bench.Erp().FindAsync(key, Cancel)).Value);
    }

    [Fact]
    public async Task Book_TimeOutAfterSuccess_IsUnknownAndThenFound()
    {
        var order = TownBench.Order("web/2");
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial(TimeoutAfterSuccessRate: 1));
        var outcome = await bench.LetHangAsync(bench.Addresses.Erp, bench.Erp().BookAsync(order, Cancel));
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial());

        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(outcome);
        Assert.NotNull(Assert.IsType<CallOutcome<SaleNumber?>.Done>(await bench.Erp().FindAsync(order.Key, Cancel)).Value);
    }

    [Fact]
    public async Task Book_UnknownItem_IsRefusedWithTheErpsWords()
    {
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial());
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await bench.Erp().BookAsync(TownBench.Order("web/3", sku: "XX-1"), Cancel));

        Assert.Contains("There is no item XX-1", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_ServerError_IsUnknown()
    {
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial(ErrorRate: 1));
        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(await bench.Erp().BookAsync(TownBench.Order("web/4"), Cancel));
    }

    [Fact]
    public async Task Book_ConnectionCut_IsUnknown()
    {
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial(Down: true));
        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(await bench.Erp().BookAsync(TownBench.Order("web/5"), Cancel));
    }

    [Fact]
    public async Task Book_OverTheLimit_IsNotDoneAndSaysWhenToComeBack()
    {
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial(RateLimitPerSecond: 1));
        var erp = bench.Erp();
        await erp.FindAsync(OrderKey.Parse("web/6"), Cancel);
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial(RateLimitPerSecond: 1));

        var notDone = Assert.IsType<CallOutcome<SaleNumber>.NotDone>(await erp.BookAsync(TownBench.Order("web/6"), Cancel));
        Assert.Equal(TimeSpan.FromSeconds(1), notDone.After);
    }

    [Theory]
    [InlineData("wrong", "401")]
    [InlineData("nowhere", "does not exist")]
    public async Task Book_TokenWrongOrMissing_IsNotDoneAndParksNothing(string token, string reason)
    {
        await bench.TurnDialAsync(bench.Addresses.Erp, new FaultDial());
        var notDone = Assert.IsType<CallOutcome<SaleNumber>.NotDone>(await bench.Erp(token).BookAsync(TownBench.Order("web/7"), Cancel));

        Assert.Contains(reason, notDone.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_NobodyListens_IsNotDone() => Assert.IsType<CallOutcome<SaleNumber>.NotDone>(
        await bench.Erp(address: new Uri("http://127.0.0.1:1/")).BookAsync(TownBench.Order("web/8"), Cancel));
}
