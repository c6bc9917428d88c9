using System.Net;
using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Planes;
using Hub.Processes;
using Hub.Town.Business;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests;

public sealed class OrderWayTests(AdaptersBench bench) : IClassFixture<AdaptersBench>
{
    [Fact]
    public async Task Receive_OrderOfTheShop_IsBookedAndShippedOnce()
    {
        const string key = "web/10042";
        Assert.Equal(HttpStatusCode.Accepted, (await bench.ReceiveAsync(bench.Order(key))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await bench.ReceiveAsync(bench.Order(key))).StatusCode);
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "shipped", $"{key} is shipped");
        await bench.UntilAsync(async () => (await bench.OrdersAsync()).Single(order => order.Key == key).Waiting is null, "nothing is left to do");
        Assert.Equal(HttpStatusCode.OK, (await bench.ReceiveAsync(bench.Order(key))).StatusCode);

        Assert.Equal(1, (await bench.CountAsync(bench.Addresses.Erp, "/sales", TownTokens.Erp))[key]);
        Assert.Equal(1, (await bench.CountAsync(bench.Addresses.Carrier, "/shipments", TownTokens.Carrier))[key]);
        var detail = await bench.GetAsync<OrderDetail>($"/api/orders/{key}");
        Assert.Equal("19.90 EUR", detail.Order.Total);
        Assert.Contains(detail.Steps, step => step is { Step: "BookOrder", Outcome: "done", Attempt: 1, Reference: not null });
        Assert.Contains(detail.Steps, step => step is { Step: "BookShipment", Reference: not null });
        await bench.UntilAsync(
            async () => (await bench.AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(bench.Addresses.Crm, "/contacts"), TownTokens.Crm)).Length > 0,
            "the CRM knows the buyer");
    }

    [Fact]
    public async Task Fetch_OrderOfTheMarketplace_IsEnteredOnceAndConfirmed()
    {
        var placed = await bench.AskTownAsync<JsonElement>(HttpMethod.Post, new Uri(bench.Addresses.Marketplace, "/orders"), TownTokens.Marketplace);
        var id = placed.GetProperty("id").GetString()!;
        var key = $"market/{id}";
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "entered", $"{key} is entered into the shop");
        var entered = await bench.AskTownAsync<JsonElement>(
            HttpMethod.Get, new Uri(bench.Addresses.Legacy, $"/partner/orders?reference={Uri.EscapeDataString(key)}"), "town-partner");
        Assert.False(string.IsNullOrEmpty(entered.GetProperty("order").GetString()));

        await bench.FeedAsync();
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "confirmed", $"{key} is confirmed");

        var sold = await bench.AskTownAsync<JsonElement>(HttpMethod.Get, new Uri(bench.Addresses.Marketplace, $"/orders/{id}"), TownTokens.Marketplace);
        var shipment = (await bench.GetAsync<OrderDetail>($"/api/orders/{key}")).Steps.Single(step => step.Step == "BookShipment");
        Assert.Equal(shipment.Reference, sold.GetProperty("tracking").GetString());
    }

    [Fact]
    public async Task Receive_PlacedBeforeTheFirstStart_IsKeptAndNotBooked()
    {
        await bench.ReceiveAsync(bench.Order("web/9000", minutesAgo: 60 * 24 * 90));
        await bench.UntilAsync(async () => await bench.StateAsync("web/9000") == "not booked", "history is told");

        Assert.DoesNotContain("web/9000", await bench.CountAsync(bench.Addresses.Erp, "/sales", TownTokens.Erp));
        Assert.Contains("before the intake", (await bench.OrdersAsync()).Single(order => order.Key == "web/9000").Waiting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web/ä 7#?&+=%2F🫖")]
    [InlineData("web/a/b//c")]
    [InlineData("web/..")]
    public async Task Receive_KeyOfOddCharacters_IsBookedOnceAndFound(string key)
    {
        await bench.ReceiveAsync(bench.Order(key));
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "shipped", $"{key} is shipped");

        Assert.Equal(1, (await bench.CountAsync(bench.Addresses.Erp, "/sales", TownTokens.Erp))[key]);
        if (key != "web/..")
        {
            // A path of two dots is collapsed by every HTTP client; such an order is seen in the list.
            Assert.Equal(key, (await bench.GetAsync<OrderDetail>($"/api/orders/web/{Uri.EscapeDataString(key[4..])}")).Order.Key);
        }
    }

    [Theory]
    [InlineData("XX-1", "DE", "There is no item XX-1")]
    [InlineData("TS-001", "Germany", "We don't deliver to")]
    public async Task Receive_VendorRefuses_IsParkedWithItsWords(string sku, string country, string words)
    {
        var key = $"web/{sku}-{country}";
        await bench.ReceiveAsync(bench.Order(key, sku: sku, country: country));
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "parked", $"{key} is parked");

        Assert.Contains(words, (await bench.OrdersAsync()).Single(order => order.Key == key).Waiting, StringComparison.Ordinal);
        Assert.Contains(await bench.GetAsync<OrderView[]>("/api/orders?troubled=true"), order => order.Key == key && order.State == "parked");
        await bench.UntilAsync(() => Task.FromResult(Told("parked for a person", key)), "hub status tells it");
    }

    [Fact]
    public async Task Fetch_OrderThatCannotBeRead_IsADeadLetterThatIsShownAndTold()
    {
        var store = bench.Services.GetRequiredService<IProcessStore>();
        await store.BuryAsync(
            OrderDefinition.Unreadable(new UnreadableOrder(Commerce.OrderKey.Parse("market/odd"), "{\"id\":\"odd\"}", "It has no lines.")),
            "It has no lines.", TestContext.Current.CancellationToken);

        Assert.Equal("dead letter", await bench.StateAsync("market/odd"));
        Assert.Equal("dead letter", Assert.Single(await bench.GetAsync<OrderView[]>("/api/orders?troubled=true"), order => order.Key == "market/odd").State);
        Assert.Equal("It has no lines.", (await bench.GetAsync<OrderDetail>("/api/orders/market/odd")).Steps.Single().Detail);
        await bench.UntilAsync(() => Task.FromResult(Told("dead letter", "market/odd")), "hub status tells it");
    }

    private bool Told(string what, string key) => bench.Services.GetRequiredService<PlaneLink>().Problems
        .Any(problem => problem.Contains(what, StringComparison.Ordinal) && problem.Contains(key, StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""not json""")]
    [InlineData("""{"id":"1","dataset":"orders","kind":"price","key":"web/1","at":"2027-01-31T06:00:00Z","body":{}}""")]
    [InlineData("""{"id":"1","dataset":"orders","kind":"order","key":"web/1","at":"2027-01-31T06:00:00Z","body":{"key":"web/1"}}""")]
    public async Task Receive_WhatIsNoOrder_IsRefusedWithAReason(string body)
    {
        using var response = await bench.SendAsync(HttpMethod.Post, "/api/orders", new StringContent(body, null, "application/json"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Receive_KeyThatDiffersFromTheOrders_IsRefused()
    {
        var order = JsonSerializer.SerializeToElement(bench.Order("web/1"), Commerce.CommerceJson.Options);
        using var response = await bench.PostAsync(new OutboxMessage("1", "orders", "order", "web/2", bench.Time.GetUtcNow(), order));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Fact]
    public async Task Fetch_OrderOfTomorrow_DoesNotMoveTheCursorPastToday()
    {
        var source = new OneOrder(bench.Order("bazaar/tomorrow", minutesAgo: -60 * 24 * 365));
        var fetch = ActivatorUtilities.CreateInstance<FetchOrders>(bench.Services);
        await fetch.FetchAsync("clocks", source, TestContext.Current.CancellationToken);
        await fetch.FetchAsync("clocks", source, TestContext.Current.CancellationToken);

        Assert.All(source.Since, since => Assert.True(since <= bench.Time.GetUtcNow(), $"It was asked for orders since {since}."));
        await bench.UntilAsync(async () => await bench.StateAsync("bazaar/tomorrow") != "unheard of", "the order is taken in");
    }

    private sealed class OneOrder(Commerce.Order order) : IOrderSource
    {
        public List<DateTimeOffset> Since { get; } = [];

        public string Channel => "bazaar";

        public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
        {
            Since.Add(since);
            return Task.FromResult<CallOutcome<OrderPage>>(new CallOutcome<OrderPage>.Done(new OrderPage([order], null)));
        }
    }

    [Fact]
    public async Task Show_UnheardOf_Is404AndSaysWhatAKeyIs()
    {
        using var response = await bench.SendAsync(HttpMethod.Get, "/api/orders/web/nobody");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("channel/id", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
