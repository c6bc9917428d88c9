using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>What every ERP's connector keeps to, and what a real Tryton can't be made to answer.</summary>
public sealed class TrytonBookingContractTests : OrderBookingContract<TrytonStub>
{
    private IOrderBooking Booking => Port<IOrderBooking>();

    private bool _gross;

    protected override TrytonStub MakeStub() => new() { TaxRate = _gross ? 0.19m : null };

    protected override void AddConnector(IServiceCollection services) => services.AddTryton(new TrytonOptions
    {
        Vendor = "tryton",
        Address = Stub.Database,
        User = "hub",
        Password = Bench.Secret("password", "tryton-secret"),
        PricesIncludeTax = _gross,
    });

    protected override bool IsBooking(StubRequest request) => TrytonStub.Calls(request, "model.sale.sale.create");

    protected override int SalesOf(OrderKey key) => Stub.Count(key.ToString());

    [Theory]
    [InlineData("model.sale.sale.quote")]
    [InlineData("model.sale.sale.confirm")]
    public async Task Book_TimeOutInTheMiddle_IsUnknownAndTakenFurther(string method)
    {
        var order = SampleOrders.Plain();
        Stub.Fail(StubFault.Hang, request => TrytonStub.Calls(request, method));
        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(await EndAsync(Booking.BookAsync(order, Cancel)));

        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(order, Cancel));

        Assert.Equal("processing", (string?)Assert.Single(Stub.Sales)["state"]);
    }

    [Fact]
    public async Task Book_LookUpThatFails_IsNotDoneSinceNothingWasDone()
    {
        Stub.Fail(StubFault.ServerError(500, after: false), request => TrytonStub.Calls(request, "model.sale.sale.search_read"));

        Assert.IsType<CallOutcome<SaleNumber>.NotDone>(await Booking.BookAsync(SampleOrders.Plain(), Cancel));
        Assert.Empty(Stub.Sales);
    }

    [Theory]
    [InlineData("""["UserError",["No account for S1.","Set one.",null]]""", "No account for S1. Set one.")]
    [InlineData("""["UserWarning",["name","The price is low.",""]]""", "The price is low. Answer it there once")]
    public async Task Book_RefusedOnTheWay_SaysWhatStandsThere(string error, string words)
    {
        Stub.Errors["model.sale.sale.quote"] = JsonNode.Parse(error)!.AsArray();
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Booking.BookAsync(SampleOrders.Plain(), Cancel));

        Assert.Contains(words, refused.Reason, StringComparison.Ordinal);
        Assert.Contains("(draft) with the reference web/10042", refused.Reason, StringComparison.Ordinal);
        Stub.Errors.Clear();
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(SampleOrders.Plain(), Cancel));
        Assert.Single(Stub.Sales);
    }

    [Fact]
    public async Task Book_ConcurrencyError_IsNotDone()
    {
        Stub.Errors["model.sale.sale.create"] = JsonNode.Parse("""["ConcurrencyException","Record changed"]""")!.AsArray();

        Assert.IsType<CallOutcome<SaleNumber>.NotDone>(await Booking.BookAsync(SampleOrders.Plain(), Cancel));
    }

    [Fact]
    public async Task Book_CrashOfTrytonsOwn_IsUnknown()
    {
        Stub.Errors["model.sale.sale.create"] = JsonNode.Parse("""["could not serialize access due to concurrent update\n",""]""")!.AsArray();

        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(await Booking.BookAsync(SampleOrders.Plain(), Cancel));
    }

    [Fact]
    public async Task Book_PricesWithTax_AreBookedWithout()
    {
        _gross = true;
        var order = SampleOrders.In("web/gross", "11.90 EUR");

        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(order, Cancel));

        var line = Assert.Single(Stub.Sales)["lines"]![0]![1]![0]!;
        Assert.Equal("10", (string?)line["unit_price"]!["decimal"]);
        Assert.Equal("""[["add",[5]]]""", line["taxes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("1999 JPY", "1999")]
    [InlineData("19.995 KWD", "19.995")]
    public async Task Book_CurrencyWithoutOrWithThreeDecimals_KeepsItsAmounts(string price, string booked)
    {
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(SampleOrders.In("web/money", price), Cancel));

        Assert.Equal(booked, (string?)Assert.Single(Stub.Sales)["lines"]![0]![1]![0]!["unit_price"]!["decimal"]);
    }

    [Fact]
    public async Task Book_TenThousandLines_IsOneSale()
    {
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await Booking.BookAsync(SampleOrders.Lines("web/long", 10_000), Cancel));

        Assert.Equal(10_000, Assert.Single(Stub.Sales)["lines"]![0]![1]!.AsArray().Count);
    }

    [Fact]
    public async Task Book_TaxCodeWithoutARow_NamesTheRow()
    {
        var order = SampleOrders.Plain();
        order = order with { Lines = [order.Lines[0] with { TaxCode = "FULL" }] };
        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await Booking.BookAsync(order, Cancel));

        Assert.Equal(("taxes", "FULL"), (refused.Missing!.Table, refused.Missing.Key));
    }

    [Fact]
    public async Task Book_WhateverHappens_TheSecretIsNotLogged()
    {
        await Booking.BookAsync(SampleOrders.Plain(), Cancel);

        Assert.DoesNotContain(Bench.Log.Lines, line => line.Contains("tryton-secret", StringComparison.Ordinal));
    }
}
