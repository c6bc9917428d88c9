using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>What <c>hub reconcile</c> reads of a shop.</summary>
public sealed class ShopifyBookTests : ConnectorContract<ShopifyStub>
{
    private static readonly DateTimeOffset Begin = new(2027, 1, 30, 0, 0, 0, TimeSpan.Zero);

    private IMarketBook Book => Port<IMarketBook>();

    protected override ShopifyStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(ShopifyTestOptions.At(Stub.Address, Bench));

    [Fact]
    public async Task List_Day_HasItsOrdersWholeAndNoOthers()
    {
        for (var number = 1; number <= 60; number++)
        {
            Place(number, Begin.AddMinutes(number));
        }

        Place(61, Begin.AddSeconds(-1));
        Place(62, Begin.AddDays(1));
        Place(63, Begin.AddHours(3), order => order["test"] = true);
        Place(64, Begin.AddHours(3), order => order["displayFinancialStatus"] = "PENDING");
        Place(65, Begin.AddHours(3), order => order["cancelledAt"] = "2027-01-31T05:00:00Z");
        Place(66, Begin, order => order["displayFulfillmentStatus"] = "FULFILLED");

        var entries = new List<BookEntry>();
        string? page = null;
        do
        {
            var read = Assert.IsType<CallOutcome<BookPage>.Done>(await EndAsync(Book.ListAsync(Begin, Begin.AddDays(1), page, Cancel))).Value;
            entries.AddRange(read.Entries);
            page = read.Next;
        }
        while (page is not null);

        Assert.Equal(
            Enumerable.Range(1, 60).Append(65).Append(66).Select(number => $"shopify/{number}").Order(StringComparer.Ordinal),
            entries.Select(entry => entry.Reference).Order(StringComparer.Ordinal));
        Assert.Equal(new BookEntry("shopify/66", "#66", Begin, Money.Parse("19.90 EUR")) { Shipped = true }, entries.Single(entry => entry.Reference == "shopify/66"));
        Assert.Equal("shopify/65", Assert.Single(entries, entry => entry.Void).Reference);
    }

    [Theory]
    [InlineData("shopify/1", 1)]
    [InlineData("shopify/2", 0)]
    [InlineData("shopify/no-number", 0)]
    public async Task Find_Reference_IsThereOrNot(string reference, int count)
    {
        Place(1, Begin);

        var found = Assert.IsType<CallOutcome<ImmutableArray<BookEntry>>.Done>(await EndAsync(Book.FindAsync(reference, Cancel))).Value;

        Assert.Equal(count, found.Length);
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task List_Fault_IsNeverAnEmptyBook(string fault)
    {
        Place(1, Begin);
        Stub.Fail(EffectFaults.Of(fault), times: 2);

        Outcome.Of(await EndAsync(Book.ListAsync(Begin, Begin.AddDays(1), null, Cancel))).Is("NotDone", "Unknown");
    }

    private void Place(int number, DateTimeOffset at, Action<JsonObject>? change = null) =>
        Stub.Place(SampleOrders.Plain($"shopify/{number}") with { Number = $"{number}", PlacedAt = at }, at, change);
}
