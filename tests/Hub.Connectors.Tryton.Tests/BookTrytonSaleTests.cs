using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Tryton.Sales;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>Against the real ERP.</summary>
public sealed class BookTrytonSaleTests : IAsyncLifetime
{
    private TrytonBench? _bench;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TrytonBench Bench => _bench!;

    public ValueTask InitializeAsync()
    {
        _bench = new TrytonBench();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_bench is not null)
        {
            await _bench.DisposeAsync();
        }
    }

    [Fact]
    public async Task Book_Order_IsProcessedAndFoundByItsReference()
    {
        var order = TrytonBench.Order(lines: [("S1", 2, 9.95m), ("S2", 1, 0.1000m)]);
        Assert.Null(await TrytonBench.DoneAsync(Bench.Booking.FindAsync(order.Key, Cancel)));

        var number = await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order, Cancel));

        Assert.Equal(number, await TrytonBench.DoneAsync(Bench.Booking.FindAsync(order.Key, Cancel)));
        var sale = Assert.Single(await Bench.SalesAsync(order.Key));
        Assert.Equal((number.Text, "processing", 20.00m), (sale.Number, sale.State, sale.Total));
    }

    [Fact]
    public async Task Book_SameOrderAgain_IsTheSameSale()
    {
        var order = TrytonBench.Order();
        var number = await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order, Cancel));

        Assert.Equal(number, await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order, Cancel)));
        Assert.Single(await Bench.SalesAsync(order.Key));
    }

    [Fact]
    public async Task Book_TwoCallersAtOnce_IsOneSale()
    {
        // Two planes, each with its own session; both say what became of it, or that it is not known, and are asked again.
        await using var other = new TrytonBench();
        var order = TrytonBench.Order();

        var numbers = await Task.WhenAll(Task.Run(() => BookUntilDoneAsync(Bench.Booking, order)), Task.Run(() => BookUntilDoneAsync(other.Booking, order)));

        Assert.Equal(numbers[0], numbers[1]);
        Assert.Equal("processing", Assert.Single(await Bench.SalesAsync(order.Key)).State);
        Assert.Equal(1, await CountCustomersAsync(order.Buyer.Email));
    }

    [Fact]
    public async Task Book_TwoOrdersOfANewBuyerAtOnce_IsOneCustomer()
    {
        await using var other = new TrytonBench();
        var order = TrytonBench.Order();
        var second = TrytonBench.Order() with { Buyer = order.Buyer with { Email = order.Buyer.Email.ToUpperInvariant() } };

        await Task.WhenAll(Task.Run(() => BookUntilDoneAsync(Bench.Booking, order)), Task.Run(() => BookUntilDoneAsync(other.Booking, second)));

        Assert.Equal(1, await CountCustomersAsync(order.Buyer.Email));
    }

    [Fact]
    public async Task Book_BuyerThatTrytonKnows_IsHim()
    {
        var order = TrytonBench.Order();
        var known = await Bench.AskAsync(talk => talk.CreateAsync("party.party", new JsonObject
        {
            ["name"] = "Known since long",
            ["contact_mechanisms"] = new JsonArray
            {
                new JsonArray { "create", new JsonArray { new JsonObject { ["type"] = "email", ["value"] = order.Buyer.Email } } },
            },
        }));

        await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order, Cancel));
        await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order with { Key = OrderKey.Parse(order.Key + "-2") }, Cancel));

        var party = Assert.Single(await Bench.AskAsync(talk => talk.SearchAsync(
            "party.party", [TrytonJson.Where("id", "=", known)], ["addresses", "contact_mechanisms"])));
        Assert.Equal(1, party.GetProperty("addresses").GetArrayLength());
        Assert.Equal(1, await CountCustomersAsync(order.Buyer.Email));
    }

    [Theory]
    [InlineData("שלום עולם")]
    [InlineData("🎉 Zoë \"O'Neill\" <b>")]
    [InlineData("محمد‏ بن 123")]
    public async Task Book_EmojiAndRightToLeftNames_StandInTrytonAsTheyCame(string name)
    {
        var order = TrytonBench.Order(name);
        order = order with { ShipTo = order.ShipTo with { Street2 = name, Company = name, City = name } };

        var number = await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order, Cancel));

        var sale = Assert.Single(await Bench.AskAsync(talk => talk.SearchAsync(
            TrytonSale.Model, [TrytonJson.Where("number", "=", number.Text)],
            ["party.name", "shipment_address.party_name", "shipment_address.street", "shipment_address.city"])));
        Assert.Equal(name, sale.GetProperty("party.").GetProperty("name").GetString());
        var address = sale.GetProperty("shipment_address.");
        Assert.Equal(name, address.GetProperty("party_name").GetString());
        Assert.Equal($"Main 1\n{name}", address.GetProperty("street").GetString());
        Assert.Equal($"{name}, DE", address.GetProperty("city").GetString());
    }

    /// <summary>Tryton's own time grows with the lines: 1,000 take it about a minute, 10,000 hours; those are tested on a stub.</summary>
    [Fact]
    public async Task Book_ThirtyLines_AreAllThere()
    {
        var order = TrytonBench.Order(lines: [.. Enumerable.Range(0, 30).Select(i => ($"S{1 + i}", 1, 1.25m))]);

        var number = await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order, Cancel));

        var sale = Assert.Single(await Bench.AskAsync(talk => talk.SearchAsync(TrytonSale.Model, [TrytonJson.Where("number", "=", number.Text)], ["lines"])));
        Assert.Equal(30, sale.GetProperty("lines").GetArrayLength());
    }

    [Fact]
    public async Task Book_ArticleThatTrytonHasNot_IsRefusedAndLeavesNothing()
    {
        var order = TrytonBench.Order(lines: [("XX-1", 1, 1m)]);
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Bench.Booking.BookAsync(order, Cancel));

        Assert.Contains("no product with the code 'XX-1'", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("hub xref set", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(await Bench.SalesAsync(order.Key));
        Assert.Equal(0, await CountCustomersAsync(order.Buyer.Email));
    }

    [Fact]
    public async Task Book_PriceWithMoreDecimalsThanTrytonTakes_IsRefusedWithTheErpsWords()
    {
        var order = TrytonBench.Order(lines: [("S1", 1, 1.123456m)]);
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Bench.Booking.BookAsync(order, Cancel));

        Assert.Contains("exceeds the limit", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(await Bench.SalesAsync(order.Key));
    }

    [Fact]
    public async Task Book_CurrencyThatTrytonHasNot_IsRefused()
    {
        var order = TrytonBench.Order();
        order = order with { Total = order.Total with { Currency = "KWD" } };
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Bench.Booking.BookAsync(order, Cancel));

        Assert.Contains("no currency 'KWD'", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_TotalThatTrytonDoesNotMake_IsRefusedAndLeavesNoSale()
    {
        var order = TrytonBench.Order();
        order = order with { Total = order.Total with { Amount = order.Total.Amount + 4.90m } };
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Bench.Booking.BookAsync(order, Cancel));

        Assert.Contains("Tryton makes 19.90", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(await Bench.SalesAsync(order.Key));
    }

    [Fact]
    public async Task Book_ShippingCosts_AreALineOfTheirOwn()
    {
        var shipping = await Bench.MakeArticleAsync(0);
        await using var bench = new TrytonBench(with: options => new TrytonOptions
        {
            Vendor = options.Vendor,
            Address = options.Address,
            User = options.User,
            Password = options.Password,
            Timeout = options.Timeout,
            ShippingItem = shipping,
        });
        var order = TrytonBench.Order();
        order = order with { Shipping = Money.Parse("4.90 USD"), Total = Money.Parse("24.80 USD") };

        Assert.Contains("ShippingItem", Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Bench.Booking.BookAsync(order, Cancel)).Reason, StringComparison.Ordinal);
        await TrytonBench.DoneAsync(bench.Booking.BookAsync(order, Cancel));

        Assert.Equal(24.80m, Assert.Single(await bench.SalesAsync(order.Key)).Total);
    }

    [Fact]
    public async Task Find_SaleThatAPersonTookBackToDraft_StaysInHisHands()
    {
        var order = TrytonBench.Order();
        await MakeDraftAsync(order, "quote", "draft");

        Assert.NotNull(await TrytonBench.DoneAsync(Bench.Booking.FindAsync(order.Key, Cancel)));
        Assert.Equal("draft", Assert.Single(await Bench.SalesAsync(order.Key)).State);
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("quotation", "quote")]
    public async Task Find_SaleThatWasLeftInTheMiddle_IsTakenFurther(string state, params string[] actions)
    {
        var order = TrytonBench.Order();
        await MakeDraftAsync(order, actions);
        Assert.Equal(state, Assert.Single(await Bench.SalesAsync(order.Key)).State);

        Assert.NotNull(await TrytonBench.DoneAsync(Bench.Booking.FindAsync(order.Key, Cancel)));

        Assert.Equal("processing", Assert.Single(await Bench.SalesAsync(order.Key)).State);
    }

    [Fact]
    public async Task Find_TwoDraftsOfTwoThatWereKilled_BecomeOneSale()
    {
        var order = TrytonBench.Order();
        await MakeDraftAsync(order);
        await MakeDraftAsync(order);

        Assert.NotNull(await TrytonBench.DoneAsync(Bench.Booking.FindAsync(order.Key, Cancel)));

        Assert.Equal("processing", Assert.Single(await Bench.SalesAsync(order.Key)).State);
    }

    [Fact]
    public async Task Cancel_NotYetProcessed_IsCancelledTwiceOver()
    {
        var order = TrytonBench.Order();
        await MakeDraftAsync(order, "quote");
        var number = SaleNumber.Parse(Assert.Single(await Bench.SalesAsync(order.Key)).Number!);

        await TrytonBench.DoneAsync(Bench.Booking.CancelAsync(order.Key, number, Cancel));
        await TrytonBench.DoneAsync(Bench.Booking.CancelAsync(order.Key, number, Cancel));

        Assert.Equal("cancelled", Assert.Single(await Bench.SalesAsync(order.Key)).State);
        Assert.Contains(
            "take it back to draft", Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Bench.Booking.BookAsync(order, Cancel)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_Processed_IsRefusedWithWhatToDo()
    {
        var order = TrytonBench.Order();
        var number = await TrytonBench.DoneAsync(Bench.Booking.BookAsync(order, Cancel));

        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Bench.Booking.CancelAsync(order.Key, number, Cancel));

        Assert.Contains($"the sale {number} (processing)", refused.Reason, StringComparison.Ordinal);
        Assert.Matches(@"cancel its shipments \(\d+ waiting\)", refused.Reason);
        Assert.Equal("processing", Assert.Single(await Bench.SalesAsync(order.Key)).State);
    }

    [Fact]
    public async Task Call_SessionThatDied_LogsInOnceForAllCallers()
    {
        var watch = new SessionWatch();
        await using var bench = new TrytonBench(change: services => services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(watch.Handler)));
        await TrytonBench.DoneAsync(bench.Booking.FindAsync(TrytonBench.Order().Key, Cancel));
        await watch.EndSessionAsync(bench.Options.Address!);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TrytonBench.DoneAsync(bench.Booking.FindAsync(TrytonBench.Order().Key, Cancel))));

        Assert.Equal(2, watch.Logins);
    }

    [Fact]
    public async Task Call_WrongPassword_IsNotDoneAndSaysWhatToDo()
    {
        await using var bench = new TrytonBench(password: "wrong");
        var notDone = Assert.IsType<CallOutcome<SaleNumber>.NotDone>(await bench.Booking.BookAsync(TrytonBench.Order(), Cancel));

        Assert.Contains("User, Password", notDone.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", notDone.Reason, StringComparison.Ordinal);
    }

    private async Task MakeDraftAsync(Order order, params string[] actions)
    {
        await Bench.AskAsync(async talk =>
        {
            var id = await talk.CreateAsync(
                TrytonSale.Model, await new NewTrytonSale(talk, Bench.Options, References.CrossReferences.None("tryton")).WriteAsync(order));
            foreach (var action in actions)
            {
                await talk.ActAsync(TrytonSale.Model, action, id);
            }

            return id;
        });
    }

    private async Task<int> CountCustomersAsync(string email) => (await Bench.AskAsync(talk => talk.SearchAsync(
        "party.party", [TrytonJson.Where("contact_mechanisms.value", "ilike", email)], ["id"]))).Length;

    /// <summary>As the process does: what may have happened is looked up before it is done again.</summary>
    private static async Task<SaleNumber> BookUntilDoneAsync(IOrderBooking booking, Order order)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            if (await booking.BookAsync(order, Cancel) is CallOutcome<SaleNumber>.Done booked)
            {
                return booked.Value;
            }

            if (await booking.FindAsync(order.Key, Cancel) is CallOutcome<SaleNumber?>.Done { Value: { } found })
            {
                return found;
            }
        }

        throw new InvalidOperationException($"{order.Key} was not booked.");
    }
}
