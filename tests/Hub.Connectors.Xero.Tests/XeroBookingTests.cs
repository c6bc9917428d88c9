using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

/// <summary>The suite's faults of orders, with the order's key as the invoice's number.</summary>
public sealed class XeroBookingTests : OrderBookingContract<XeroStub>
{
    private bool _byOrder = true;
    private XeroLineAmounts _amounts = XeroLineAmounts.Inclusive;
    private Guid? _contact;

    protected override IReadOnlyList<string> StateFields => ["Status", "Type", "LineAmountTypes", "StatusAttributeString", "ContactStatus"];

    private IOrderBooking Booking => Port<IOrderBooking>();

    protected override XeroStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddXeroAt(Bench, Stub, _byOrder, _amounts, _contact);

    protected override bool IsBooking(StubRequest request) => request.Is($"PUT {XeroStub.Base}/Invoices");

    protected override int SalesOf(OrderKey key) => Stub.Live($"{key}").Count();

    protected override void Holds(Order order)
    {
        var invoice = Assert.Single(Stub.Live($"{order.Key}"));
        Assert.Equal(order.Total.Amount, (decimal)invoice["Total"]!);
        Assert.Equal(order.Total.Currency, (string?)invoice["CurrencyCode"]);
        Assert.Equal(
            order.Lines.Select(line => (line.Sku.Text, line.Name, (decimal)line.Quantity, line.UnitPrice.Amount)),
            invoice["LineItems"]!.AsArray().Select(line => ((string)line!["ItemCode"]!, (string)line["Description"]!, (decimal)line["Quantity"]!, (decimal)line["UnitAmount"]!)));
        var contact = Assert.Single(Stub.Contacts, contact => (string?)contact["ContactID"] == (string?)invoice["Contact"]!["ContactID"]);
        Assert.Equal(order.Buyer.Name, $"{contact["FirstName"]} {contact["LastName"]}".Trim());
    }

    [Fact]
    public async Task Book_Order_IsAnApprovedInvoiceOfItsDayThere()
    {
        var order = SampleOrders.Plain() with { PlacedAt = new DateTimeOffset(2027, 1, 30, 23, 30, 0, TimeSpan.Zero) };
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;

        var invoice = Assert.Single(Stub.Invoices);
        Assert.Equal("web/10042", sale.Text);
        Assert.Equal(
            ("ACCREC", "AUTHORISED", "web/10042", "web/10042", "2027-01-31", "2027-01-31", "Inclusive"),
            ((string)invoice["Type"]!, (string)invoice["Status"]!, (string)invoice["InvoiceNumber"]!, (string)invoice["Reference"]!, (string)invoice["Date"]!,
                (string)invoice["DueDate"]!, (string)invoice["LineAmountTypes"]!));
    }

    [Fact]
    public async Task Book_XeroNumbersItself_IsFoundByReference()
    {
        _byOrder = false;
        var order = SampleOrders.Plain();
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;
        var again = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;

        Assert.Equal(("INV-0001", "INV-0001"), (sale.Text, again.Text));
        Assert.Single(Stub.Invoices);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Book_LookUpMissedTheFirst_IsOneInvoice(bool byOrder, bool remembers)
    {
        // The first call comes through while the second one has looked already.
        (_byOrder, Stub.Remembers) = (byOrder, remembers);
        var order = SampleOrders.Plain();
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel)));
        Stub.Fail(StubFault.Json("not there yet", node => node["Invoices"] = new JsonArray()), request => request.Is($"GET {XeroStub.Base}/Invoices"));

        Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel)));

        Assert.Single(Stub.Invoices);
    }

    [Fact]
    public async Task Book_NumberOfAVoidedInvoice_IsRefusedInXerosWords()
    {
        Stub.Remembers = false;
        var order = SampleOrders.Plain();
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.CancelAsync(order.Key, sale, Cancel)));

        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await EndAsync(Booking.BookAsync(order, Cancel)));

        Assert.Contains("must be unique", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_ErrorInA200_IsRefused()
    {
        Stub.Fail(
            StubFault.Json("bad element", node =>
            {
                node["Invoices"]![0]!["StatusAttributeString"] = "ERROR";
                node["Invoices"]![0]!["Reference"] = "none of ours";
                node["Invoices"]![0]!["ValidationErrors"] = new JsonArray(new JsonObject { ["Message"] = "Item code 'TS-001' is not valid" });
            }),
            IsBooking);
        Stub.Fail(StubFault.Json("nothing was made", node => node["Invoices"] = new JsonArray()), request => request.Method == "GET", times: 9);

        Assert.Contains("Item code", Assert.IsType<CallOutcome<SaleNumber>.Refused>(await EndAsync(Booking.BookAsync(SampleOrders.Plain(), Cancel))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_SeveralInvoicesOfTheKey_WaitsForAPerson()
    {
        Stub.Remembers = false;
        _byOrder = false;
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(SampleOrders.Plain(), Cancel)));
        Stub.Fail(
            StubFault.Json("two", node => node["Invoices"]!.AsArray().Add(node["Invoices"]![0]!.DeepClone())), request => request.Is($"GET {XeroStub.Base}/Invoices"));

        Assert.Contains("several", Assert.IsType<CallOutcome<SaleNumber?>.NotDone>(await EndAsync(Booking.FindAsync(SampleOrders.Plain().Key, Cancel))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_TaxOnTopThatTheTotalDoesNotHold_IsRefusedAndVoided()
    {
        (_amounts, Stub.Tax) = (XeroLineAmounts.Exclusive, 2.99m);

        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await EndAsync(Booking.BookAsync(SampleOrders.Plain(), Cancel)));

        Assert.Contains("22.89", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Stub.Live("web/10042"));
    }

    [Fact]
    public async Task Book_WrongTotalThatCanNotBeVoided_IsUnknown()
    {
        (_amounts, Stub.Tax) = (XeroLineAmounts.Exclusive, 2.99m);
        Stub.Fail(StubFault.TooMany(7), request => request.Is($"POST {XeroStub.Base}/Invoices/{{id}}"));

        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(await EndAsync(Booking.BookAsync(SampleOrders.Plain(), Cancel)));
    }

    [Theory]
    [InlineData("a key with a quote", "quote")]
    [InlineData("a discount", "sum up to")]
    [InlineData("three decimals", "two decimals")]
    [InlineData("five decimals", "four decimals")]
    [InlineData("a long article", "item codes")]
    [InlineData("a long street", "street")]
    public async Task Book_WhatXeroCanNotSay_IsRefusedBeforeAnythingIsWritten(string what, string why)
    {
        var plain = SampleOrders.Plain();
        var order = what switch
        {
            "a key with a quote" => SampleOrders.Plain("web/1\"2"),
            "a discount" => plain with { Total = Money.Parse("15.00 EUR") },
            "three decimals" => SampleOrders.In("web/1", "1.995 KWD"),
            "five decimals" => plain with { Lines = [plain.Lines[0] with { UnitPrice = Money.Parse("9.95001 EUR") }] },
            "a long article" => plain with { Lines = [plain.Lines[0] with { Sku = Sku.Parse(new string('S', 31)) }] },
            _ => plain with { ShipTo = plain.ShipTo with { Street = new string('s', 501) } },
        };

        Assert.Contains(why, Assert.IsType<CallOutcome<SaleNumber>.Refused>(await EndAsync(Booking.BookAsync(order, Cancel))).Reason, StringComparison.Ordinal);
        Assert.All(Stub.Requests, request => Assert.True(request.Method == "GET" || request.Path == "/connect/token", $"{request}"));
    }

    [Fact]
    public async Task Book_RowMissing_NamesItAndMakesNoContact()
    {
        Bench.Refer("items", "OTHER", "1");

        var refused = Assert.IsType<CallOutcome<SaleNumber>.Refused>(await EndAsync(Booking.BookAsync(SampleOrders.Plain(), Cancel)));

        Assert.Equal(("items", "TS-001"), (refused.Missing!.Table, refused.Missing.Key));
        Assert.Empty(Stub.Contacts);
    }

    [Fact]
    public async Task Book_BuyersOfOneName_AreTwoContactsAndOneOfPeopleIsTaken()
    {
        var known = Stub.Add(new JsonObject { ["Name"] = "Buyer & Sons", ["EmailAddress"] = "A@b.example" });
        await EndAsync(Booking.BookAsync(SampleOrders.Plain("web/1"), Cancel));
        await EndAsync(Booking.BookAsync(SampleOrders.Plain("web/2") with { Buyer = new Contact("other@b.example", "A. Buyer") }, Cancel));
        await EndAsync(Booking.BookAsync(SampleOrders.Plain("web/3") with { Buyer = new Contact("third@b.example", "A. Buyer") }, Cancel));
        await EndAsync(Booking.BookAsync(SampleOrders.Plain("web/4") with { Buyer = new Contact("third@B.example", "A. Buyer-Smith") }, Cancel));

        var buyers = Stub.Invoices.Select(invoice => (string)invoice["Contact"]!["ContactID"]!).ToList();
        Assert.Equal((string?)known["ContactID"], buyers[0]);
        Assert.Equal("Buyer & Sons", (string?)known["Name"]);
        Assert.Equal(3, buyers.Distinct().Count());
        Assert.Equal(buyers[2], buyers[3]);
    }

    [Fact]
    public async Task Book_OneContactForAll_MakesNone()
    {
        _contact = Guid.NewGuid();
        await EndAsync(Booking.BookAsync(SampleOrders.Plain(), Cancel));

        Assert.Equal($"{_contact}", (string?)Assert.Single(Stub.Invoices)["Contact"]!["ContactID"]);
        Assert.Empty(Stub.Contacts);
    }

    [Theory]
    [InlineData("AmountPaid")]
    [InlineData("AmountCredited")]
    public async Task Cancel_PaidInPart_IsRefusedWithWhatToDo(string amount)
    {
        var order = SampleOrders.Plain();
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;
        Stub.Invoices[0][amount] = 5m;

        Assert.Contains("credit note", Assert.IsType<CallOutcome<SaleNumber>.Refused>(await EndAsync(Booking.CancelAsync(order.Key, sale, Cancel))).Reason, StringComparison.Ordinal);
        Assert.Single(Stub.Live("web/10042"));
    }

    [Fact]
    public async Task Cancel_PutBackToDraft_IsDeleted()
    {
        var order = SampleOrders.Plain();
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;
        Stub.Invoices[0]["Status"] = "DRAFT";

        Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.CancelAsync(order.Key, sale, Cancel)));

        Assert.Equal("DELETED", (string?)Stub.Invoices[0]["Status"]);
    }
}
