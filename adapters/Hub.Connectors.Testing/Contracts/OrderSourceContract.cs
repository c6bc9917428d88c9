using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a marketplace's connector has to keep to: no order is lost, whatever is wrong with a page, and none is told that is not so.</summary>
public abstract class OrderSourceContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    private const int Some = 7;

    /// <summary>How many orders the stub puts on a page.</summary>
    protected abstract int PageSize { get; }

    /// <summary>The channel's id of the n-th order, in the shape that the vendor gives them.</summary>
    protected virtual string IdOf(int number) => $"M-{number}";

    /// <summary>The vendor has this order now, or has it changed, as of <paramref name="changedAt"/>.</summary>
    protected abstract void Place(Order order, DateTimeOffset changedAt);

    /// <summary>The vendor's order is cancelled as of then. False where the vendor has no such thing.</summary>
    protected abstract bool CancelAt(OrderKey key, DateTimeOffset changedAt);

    /// <summary>Is it the call that reads a page of orders? The faults hit that one.</summary>
    protected abstract bool IsPage(StubRequest request);

    /// <summary>The orders in such a page as the vendor writes them.</summary>
    protected abstract JsonArray Entries(JsonNode page);

    /// <summary>Fields of an order that hold one of a few words (a state): the suite gives them one that nobody knows.</summary>
    protected virtual IReadOnlyList<string> StateFields => [];

    /// <summary>Fails unless the order came as it was placed, as far as the vendor tells.</summary>
    protected virtual void Same(Order placed, Order fetched)
    {
        Assert.Equal(placed.PlacedAt, fetched.PlacedAt);
        Assert.Equal(placed.Lines.Select(line => (line.Sku, line.Quantity, line.UnitPrice)), fetched.Lines.Select(line => (line.Sku, line.Quantity, line.UnitPrice)));
        Assert.Equal(placed.Total, fetched.Total);
        Assert.Equal(placed.ShipTo.Name, fetched.ShipTo.Name);
        Assert.Equal(placed.ShipTo.City, fetched.ShipTo.City);
    }

    private IOrderSource Source => Port<IOrderSource>();

    /// <summary>Midnight of the bench's day.</summary>
    private DateTimeOffset Begin { get; } = new(2027, 1, 31, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Fetch_SeveralPages_GivesEachOrderAsItWasPlaced()
    {
        var placed = Fill((PageSize * 2) + 1, minutesApart: 1);

        var fetched = (await ReadAsync(Begin)).SelectMany(page => page.Orders).DistinctBy(order => order.Key).ToDictionary(order => order.Key);

        Assert.Equal(placed.Select(order => order.Key).Order(Comparer<OrderKey>.Create((a, b) => string.CompareOrdinal($"{a}", $"{b}"))),
            fetched.Keys.Order(Comparer<OrderKey>.Create((a, b) => string.CompareOrdinal($"{a}", $"{b}"))));
        Assert.All(placed, order => Same(order, fetched[order.Key]));
        Assert.All(fetched.Keys, key => Assert.Equal(Source.Channel, key.Channel));
    }

    [Fact]
    public async Task Fetch_EqualTimesAcrossPages_LosesNone()
    {
        var placed = Fill((PageSize * 2) + 1, minutesApart: 0);
        var pages = await ReadAsync(Begin);
        Assert.Equal(placed.Count, Keys(pages).Count);

        // One more at the very time at which the last poll ended.
        var late = Order(placed.Count + 1);
        Place(late, Changed(0, 0));
        Assert.Contains(late.Key, Keys(await ReadAsync(Latest(pages))));
    }

    [Fact]
    public async Task Fetch_PageShiftsWhileRead_LosesNone()
    {
        var placed = Fill((PageSize * 2) + 1, minutesApart: 1);
        var pages = await ReadAsync(Begin, afterFirst: () =>
        {
            // The first is changed and moves to the end; a new one comes in at the front of those that are sorted the other way round.
            Place(placed[0], Changed(placed.Count, 1));
            Place(Order(placed.Count + 1), Changed(placed.Count + 1, 1));
        });

        // What slipped through is in the next poll, which asks again from a while before.
        var next = await ReadAsync(Latest(pages) - TimeSpan.FromMinutes(2));
        Assert.Empty(placed.Select(order => order.Key).Append(Order(placed.Count + 1).Key).Except(Keys(pages)).Except(Keys(next)));
    }

    [Fact]
    public async Task Fetch_SinceTheLatest_GivesNoOlderOnesForEver()
    {
        Fill(PageSize, minutesApart: 10);
        var pages = await ReadAsync(Begin);

        Assert.True(Keys(await ReadAsync(Latest(pages))).Count < PageSize || PageSize == 1, "It does not ask from where it left off.");
        Assert.Empty(Keys(await ReadAsync(Latest(pages) + TimeSpan.FromMinutes(1))));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Fetch_FaultOnAnyPage_IsNeverAnEmptyPage(string fault)
    {
        var placed = Fill(PageSize + 1, minutesApart: 1);
        Stub.Fail(EffectFaults.Of(fault), IsPage, times: 2);
        Outcome.Of(await EndAsync(Source.FetchAsync(Begin, null, Cancel))).Is("NotDone", "Unknown");
        Stub.Heal();
        Bench.Time.Advance(TimeSpan.FromMinutes(2));

        // In the middle: the first page is there, the second goes wrong.
        var first = Page(await EndAsync(Source.FetchAsync(Begin, null, Cancel)));
        Assert.NotNull(first.Next);
        Stub.Fail(EffectFaults.Of(fault), IsPage, times: 2);
        Outcome.Of(await EndAsync(Source.FetchAsync(Begin, first.Next, Cancel))).Is("NotDone", "Unknown");
        Stub.Heal();
        Bench.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(placed.Count, Keys(await ReadAsync(Begin)).Count);
    }

    [Fact]
    public async Task Fetch_TokenExpiresInTheMiddle_LosesNone()
    {
        var placed = Fill((PageSize * 2) + 1, minutesApart: 1);
        var first = Page(await EndAsync(Source.FetchAsync(Begin, null, Cancel)));
        Stub.Fail(StubFault.Unauthorized, IsPage);

        Outcome.Of(await EndAsync(Source.FetchAsync(Begin, first.Next, Cancel))).Is("Done", "NotDone");

        Assert.Equal(placed.Count, Keys(await ReadAsync(Begin)).Count);
    }

    [Fact]
    public async Task Fetch_UnknownFields_GivesTheSame()
    {
        var placed = Fill(Some, minutesApart: 1);
        Stub.Fail(StubFault.Json("unknown fields", JsonChanges.AddUnknownFields), times: 1000);

        Assert.Equal(placed.Count, Keys(await ReadAsync(Begin)).Count);
    }

    [Fact]
    public async Task Fetch_UnknownStates_LosesNone()
    {
        Assert.SkipWhen(StateFields.Count == 0, "The vendor's orders hold no states.");
        var placed = Fill(Some, minutesApart: 1);
        Stub.Fail(StubFault.Json("unknown states", node => JsonChanges.SetUnknownValues(Entries(node), StateFields)), IsPage, times: 1000);

        var pages = await ReadAsync(Begin);

        // An order in a state that nobody knows may be one: it is told, or told as unreadable, never passed over.
        Assert.Equal(placed.Count, Keys(pages).Count + pages.Sum(page => page.Unreadable.Length));
    }

    [Fact]
    public async Task Fetch_SameEntryTwice_IsNoTrouble()
    {
        var placed = Fill(Math.Min(Some, PageSize), minutesApart: 1);
        Stub.Fail(StubFault.Json("twice", node => Entries(node).Add(Entries(node)[0]!.DeepClone())), IsPage);

        Assert.Equal(placed.Count, Keys(await ReadAsync(Begin)).Count);
    }

    [Fact]
    public async Task Fetch_NullWhereForbidden_HoldsUpNoOther()
    {
        var placed = Fill(Math.Min(2, PageSize), minutesApart: 1);
        var paths = new List<string>();
        Stub.Fail(StubFault.Json("read", node => paths.AddRange(JsonChanges.Paths(Entries(node)[0]!).Prepend(Entries(node)[0]!.GetPath()))), IsPage);
        await ReadAsync(Begin);
        Assert.NotEmpty(paths);

        foreach (var path in paths.Take(80))
        {
            Stub.Fail(StubFault.Json($"null at {path}", node => JsonChanges.SetNull(node, path)), IsPage);
            var pages = await ReadAsync(Begin);
            Stub.Heal();

            Assert.All(placed.Skip(1), order => Assert.True(Keys(pages).Contains(order.Key), $"With null at {path}, {order.Key} is lost."));
            Assert.All(pages.SelectMany(page => page.Unreadable), unreadable => Assert.NotEmpty(unreadable.Reason));
        }
    }

    [Theory]
    [MemberData(nameof(SampleOrders.OddNames), MemberType = typeof(SampleOrders))]
    public async Task Fetch_OddOrder_ComesAsItWasPlaced(string name)
    {
        var order = SampleOrders.Odd($"{Source.Channel}/{IdOf(1)}")[name] with { Key = Order(1).Key };
        order = order with { PlacedAt = Begin + TimeSpan.FromMinutes(1) };
        Place(order, order.PlacedAt);

        Same(order, Assert.Single((await ReadAsync(Begin)).SelectMany(page => page.Orders)));
    }

    [Fact]
    public async Task Fetch_CancelledOrder_IsTold()
    {
        var order = Fill(1, minutesApart: 1)[0];
        Assert.SkipUnless(CancelAt(order.Key, Changed(1, 1)), "The vendor's orders can't be cancelled.");

        Assert.Contains(order.Key, (await ReadAsync(Begin)).SelectMany(page => page.Cancelled));
    }

    /// <summary>An order as this channel writes it.</summary>
    protected Order Order(int number) => SampleOrders.Plain($"{Source.Channel}/{IdOf(number)}") with
    {
        Number = IdOf(number),
        PlacedAt = Begin + TimeSpan.FromMinutes(number),
    };

    private List<Order> Fill(int count, int minutesApart)
    {
        var orders = Enumerable.Range(1, count).Select(Order).ToList();
        for (var i = 0; i < count; i++)
        {
            orders[i] = orders[i] with { PlacedAt = Changed(i, minutesApart) };
            Place(orders[i], Changed(i, minutesApart));
        }

        return orders;
    }

    private DateTimeOffset Changed(int i, int minutesApart) => Begin + TimeSpan.FromMinutes(1 + (i * minutesApart));

    private async Task<List<OrderPage>> ReadAsync(DateTimeOffset since, Action? afterFirst = null)
    {
        var pages = new List<OrderPage>();
        string? next = null;
        do
        {
            pages.Add(Page(await EndAsync(Source.FetchAsync(since, next, Cancel))));
            next = pages[^1].Next;
            if (pages.Count == 1)
            {
                afterFirst?.Invoke();
            }

            Assert.True(pages.Count < 1000, "The pages have no end.");
        }
        while (next is not null);
        return pages;
    }

    private static OrderPage Page(CallOutcome<OrderPage> outcome) => outcome is CallOutcome<OrderPage>.Done { Value: var page }
        ? page
        : throw new Xunit.Sdk.XunitException($"The page did not come: {outcome}");

    private static HashSet<OrderKey> Keys(IEnumerable<OrderPage> pages) => [.. pages.SelectMany(page => page.Orders).Select(order => order.Key)];

    /// <summary>Where the plane would ask from next.</summary>
    private static DateTimeOffset Latest(IReadOnlyList<OrderPage> pages) =>
        pages.Select(page => page.Latest ?? page.Orders.Select(order => (DateTimeOffset?)order.PlacedAt).Max()).Max() ?? throw new Xunit.Sdk.XunitException("There is no cursor.");
}
