using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

/// <summary>What reconciliation reads of Xero's own books.</summary>
public sealed class XeroSaleBookTests : ConnectorContract<XeroStub>
{
    private ISaleBook Book => Port<ISaleBook>();

    protected override XeroStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddXeroAt(Bench, Stub, contact: Guid.NewGuid());

    [Fact]
    public async Task List_Day_TellsItsInvoicesWithTheirTotals()
    {
        // The day in Auckland begins at eleven in the morning of UTC.
        await BookAsync("web/1", new DateTimeOffset(2027, 1, 30, 10, 59, 0, TimeSpan.Zero));
        await BookAsync("web/2", new DateTimeOffset(2027, 1, 30, 11, 0, 0, TimeSpan.Zero));
        var sale = await BookAsync("web/3", new DateTimeOffset(2027, 1, 31, 10, 59, 0, TimeSpan.Zero));
        Outcome.Of(await EndAsync(Port<IOrderBooking>().CancelAsync(OrderKey.Parse("web/3"), sale, Cancel))).Is("Done");

        var begin = new DateTimeOffset(2027, 1, 30, 11, 0, 0, TimeSpan.Zero);
        var page = Assert.IsType<CallOutcome<BookPage>.Done>(await EndAsync(Book.ListAsync(begin, begin.AddHours(23), null, Cancel))).Value;

        Assert.Null(page.Next);
        Assert.Equal(
            [new BookEntry("web/2", "web/2", begin, Money.Parse("19.90 EUR")), new BookEntry("web/3", "web/3", begin, Money.Parse("19.90 EUR")) { Void = true }],
            page.Entries.OrderBy(entry => entry.Reference, StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_SeveralPages_TellsAll()
    {
        Stub.Fill(205);
        var begin = new DateTimeOffset(2027, 1, 30, 11, 0, 0, TimeSpan.Zero);
        var entries = new List<BookEntry>();
        string? next = null;
        do
        {
            var page = Assert.IsType<CallOutcome<BookPage>.Done>(await EndAsync(Book.ListAsync(begin, begin.AddDays(1), next, Cancel))).Value;
            entries.AddRange(page.Entries);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(205, entries.Select(entry => entry.Reference).Distinct().Count());
    }

    [Fact]
    public async Task Find_Reference_TellsVoidedOnesToo()
    {
        var sale = await BookAsync("web/3", Bench.Time.GetUtcNow());
        Outcome.Of(await EndAsync(Port<IOrderBooking>().CancelAsync(OrderKey.Parse("web/3"), sale, Cancel))).Is("Done");

        Assert.True(Assert.Single(await FindAsync("web/3")).Void);
        Assert.Empty(await FindAsync("web/4"));
        Assert.Empty(await FindAsync("web/\"4"));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task List_Fault_IsNeverAnEmptyPage(string fault)
    {
        Stub.Fail(EffectFaults.Of(fault), request => request.Is($"GET {XeroStub.Base}/Invoices"), times: 2);

        Outcome.Of(await EndAsync(Book.ListAsync(Bench.Time.GetUtcNow(), Bench.Time.GetUtcNow(), null, Cancel))).Is("NotDone", "Unknown");
    }

    private async Task<SaleNumber> BookAsync(string key, DateTimeOffset placedAt) => Assert.IsType<CallOutcome<SaleNumber>.Done>(
        await EndAsync(Port<IOrderBooking>().BookAsync(SampleOrders.Plain(key) with { PlacedAt = placedAt }, Cancel))).Value;

    private async Task<ImmutableArray<BookEntry>> FindAsync(string reference) =>
        Assert.IsType<CallOutcome<ImmutableArray<BookEntry>>.Done>(await EndAsync(Book.FindAsync(reference, Cancel))).Value;
}
