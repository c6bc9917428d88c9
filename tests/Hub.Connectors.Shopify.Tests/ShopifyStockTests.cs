using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>Stock in the words of the API since 2026-04.</summary>
public sealed class ShopifyStockTests : ShopifyStockContract
{
    protected override string Version => "2026-07";

    [Fact]
    public async Task Set_AnyTimes_HasAnotherKeyEachTime()
    {
        foreach (var pieces in new[] { 3, 5, 3 })
        {
            await SetAsync(new StockLevel(ArticleOf(1), pieces));
        }

        var keys = Stub.Requests.Where(IsSetting).Select(request => $"{request.Json["query"]}".Split("@idempotent(key: \"")[1].Split('"')[0]).ToList();
        Assert.Equal(3, keys.Distinct().Count());
        Assert.All(keys, key => Assert.True(Guid.TryParse(key, out _)));
        Assert.Equal(3, Stub.StockOf("TS-001"));
    }

    [Fact]
    public async Task Set_SameCallUnderWay_IsMadeLater()
    {
        Stub.Answer("HubSetStock", StubAnswer.Json("""
            {"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[{"field":null,"message":"This request is currently in progress.","code":"IDEMPOTENCY_CONCURRENT_REQUEST"}]}}}
            """));

        Assert.IsType<CallOutcome<ImmutableArray<NotTaken>>.NotDone>(await SetAsync(new StockLevel(ArticleOf(1), 3)));
    }
}

/// <summary>Stock in the words of the schema of 2025-01.</summary>
public sealed class ShopifyOldStockTests : ShopifyStockContract
{
    protected override string Version => "2025-01";

    [Fact]
    public async Task Set_OldVersion_HasNoKey()
    {
        await SetAsync(new StockLevel(ArticleOf(1), 3));

        var request = Assert.Single(Stub.Requests, IsSetting);
        Assert.DoesNotContain("@idempotent", $"{request.Json["query"]}", StringComparison.Ordinal);
        Assert.Equal(0, (int)request.Json["variables"]!["input"]!["quantities"]![0]!["compareQuantity"]!);
    }
}

public abstract class ShopifyStockContract : StockSinkContract<ShopifyStub>
{
    protected abstract string Version { get; }

    protected override ShopifyStub MakeStub()
    {
        var stub = new ShopifyStub();
        for (var number = 1; number <= 60; number++)
        {
            stub.Sell($"TS-{number:000}", number);
        }

        stub.Sell("TS-001-L", 101);
        stub.Sell("ts-001", 102);
        return stub;
    }

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(ShopifyTestOptions.At(Stub.Address, Bench, Version));

    protected override Sku ArticleOf(int number) => Sku.Parse($"TS-{number:000}");

    protected override bool IsSetting(StubRequest request) => ShopifyStub.Is(request, "HubSetStock");

    protected override int ShownOf(Sku sku) => Stub.StockOf(sku.Text);

    [Fact]
    public async Task Set_SoldWhileItWasSet_IsReadAgainAndSet()
    {
        var sold = 0;
        Stub.Stock(1, ShopifyStub.Berlin, 9);
        Stub.BeforeSetting = () => Stub.Stock(1, ShopifyStub.Berlin, ++sold > 2 ? Stub.StockOf("TS-001") : Stub.StockOf("TS-001") - 1);

        Assert.Empty(Taken(await SetAsync(new StockLevel(ArticleOf(1), 4), new StockLevel(ArticleOf(2), 5))));

        Assert.Equal((4, 5), (Stub.StockOf("TS-001"), Stub.StockOf("TS-002")));
        Assert.Equal(3, Stub.Requests.Count(IsSetting));
    }

    [Fact]
    public async Task Set_SoldEachTimeItWasSet_IsTriedLaterAndOverwritesNothing()
    {
        Stub.Stock(1, ShopifyStub.Berlin, 90);
        Stub.BeforeSetting = () => Stub.Stock(1, ShopifyStub.Berlin, Stub.StockOf("TS-001") - 1);

        var notTaken = Assert.Single(Taken(await SetAsync(new StockLevel(ArticleOf(1), 4))));

        Assert.True(notTaken.Again);
        Assert.Equal(86, Stub.StockOf("TS-001"));
    }

    [Fact]
    public async Task Set_AlreadySo_ChangesNothing()
    {
        Stub.Stock(1, ShopifyStub.Berlin, 9);

        Assert.Empty(Taken(await SetAsync(new StockLevel(ArticleOf(1), 9))));

        Assert.DoesNotContain(Stub.Requests, IsSetting);
    }

    [Fact]
    public async Task Set_OneRefused_TheOthersAreSet()
    {
        Stub.Refusals["TS-002"] = ("INVALID_QUANTITY_TOO_HIGH", "The quantity is too high.");

        var notTaken = Assert.Single(Taken(await SetAsync([.. Enumerable.Range(1, 3).Select(i => new StockLevel(ArticleOf(i), i))])));

        Assert.Equal((ArticleOf(2), false), (notTaken.Sku, notTaken.Again));
        Assert.Contains("too high", notTaken.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 0, 3), (Stub.StockOf("TS-001"), Stub.StockOf("TS-002"), Stub.StockOf("TS-003")));
    }

    [Fact]
    public async Task Set_LocationsOfTheSource_AreThoseOfTheTable()
    {
        Bench.Refer("locations", "WH-LYON", "2");
        Stub.Stock(1, ShopifyStub.Lyon, 1);

        var notTaken = Taken(await SetAsync(
            new StockLevel(ArticleOf(1), 7, "WH-LYON"), new StockLevel(ArticleOf(2), 7, "WH-LYON"), new StockLevel(ArticleOf(3), 7, "WH-OSLO"), new StockLevel(ArticleOf(1), 8)));

        Assert.Equal((7, 8), (Stub.StockOf("TS-001", ShopifyStub.Lyon), Stub.StockOf("TS-001")));
        Assert.Equal([ArticleOf(2), ArticleOf(3)], notTaken.Select(level => level.Sku).OrderBy(sku => sku.Text, StringComparer.Ordinal));
        Assert.Contains(notTaken, level => level.Reason.Contains("not stocked at", StringComparison.Ordinal));
        Assert.Contains(notTaken, level => level.Reason.Contains("hub xref set bench locations WH-OSLO", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Set_SkuOfTwoVariants_IsRefusedByName()
    {
        Stub.Sell("TS-001", 201);

        Assert.Contains("2 variants", Assert.Single(Taken(await SetAsync(new StockLevel(ArticleOf(1), 4)))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_Again_AsksForTheArticleOnce()
    {
        await SetAsync(new StockLevel(ArticleOf(1), 4));
        await SetAsync(new StockLevel(ArticleOf(1), 5));

        Assert.Single(Stub.Requests, request => ShopifyStub.Is(request, "HubVariants"));
    }

    [Fact]
    public async Task Set_SkuWithQuotesAndBackslash_IsFound()
    {
        Stub.Sell("24\" \\ TV", 202);

        Assert.Empty(Taken(await SetAsync(new StockLevel(Sku.Parse("24\" \\ TV"), 4))));
        Assert.Equal(4, Stub.StockOf("24\" \\ TV"));
    }

    protected Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(params ImmutableArray<StockLevel> levels) => EndAsync(Port<IStockSink>().SetAsync(levels, Cancel));

    private static ImmutableArray<NotTaken> Taken(CallOutcome<ImmutableArray<NotTaken>> outcome) =>
        Assert.IsType<CallOutcome<ImmutableArray<NotTaken>>.Done>(outcome).Value;
}
