using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>Against the real ERP, each with an article of its own.</summary>
public sealed class FetchTrytonStockTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_AfterASale_IsLessThoughNothingWasShipped()
    {
        await using var bench = new TrytonBench();
        var sku = await bench.MakeArticleAsync(stock: 10);
        Assert.Equal(10, (await AllAsync(bench, DateTimeOffset.UnixEpoch)).Levels[sku]);

        await TrytonBench.DoneAsync(bench.Booking.BookAsync(TrytonBench.Order(lines: [(sku, 3, 5m)]), Cancel));

        Assert.Equal(7, (await AllAsync(bench, DateTimeOffset.UnixEpoch)).Levels[sku]);
    }

    [Fact]
    public async Task Fetch_WhatSuppliersAreToDeliver_IsNotSold()
    {
        await using var bench = new TrytonBench();
        var sku = await bench.MakeArticleAsync(stock: 2);
        await bench.AskAsync(async talk =>
        {
            var product = (await talk.IdOfAsync("product.product", "code", sku))!.Value;
            var unit = (await talk.SearchAsync("product.product", [TrytonJson.Where("id", "=", product)], ["default_uom"]))[0].GetProperty("default_uom").GetInt32();
            return await talk.CreateAsync("stock.move", new JsonObject
            {
                ["product"] = product,
                ["uom"] = unit,
                ["quantity"] = 50,
                ["unit_price"] = TrytonJson.Of(1),
                ["from_location"] = await talk.IdOfAsync("stock.location", "code", "SUP"),
                ["to_location"] = await talk.IdOfAsync("stock.location", "code", "STO"),
            });
        });

        Assert.Equal(2, (await AllAsync(bench, DateTimeOffset.UnixEpoch)).Levels[sku]);
    }

    [Fact]
    public async Task Fetch_SinceTheLastPoll_TellsWhatChangedAndNotAllAgain()
    {
        await using var bench = new TrytonBench();
        var sku = await bench.MakeArticleAsync(stock: 10);
        var first = await AllAsync(bench, DateTimeOffset.UnixEpoch);
        await TrytonBench.DoneAsync(bench.Booking.BookAsync(TrytonBench.Order(lines: [(sku, 4, 5m)]), Cancel));

        var second = await AllAsync(bench, first.Latest!.Value);

        Assert.Equal(6, second.Levels[sku]);
        Assert.True(second.Latest > first.Latest);
    }

    [Fact]
    public async Task Fetch_ArticleWithAnotherNameInTryton_IsToldByOurs()
    {
        await using var bench = new TrytonBench();
        var code = await bench.MakeArticleAsync(stock: 5);
        await using var renamed = new TrytonBench(change: services => Renamed.Add(services, "TS-OURS", code));

        Assert.Equal(5, (await AllAsync(renamed, DateTimeOffset.UnixEpoch)).Levels["TS-OURS"]);
    }

    private static async Task<(ImmutableDictionary<string, int> Levels, DateTimeOffset? Latest)> AllAsync(TrytonBench bench, DateTimeOffset since)
    {
        var levels = ImmutableDictionary.CreateBuilder<string, int>();
        DateTimeOffset? latest = null;
        string? page = null;
        do
        {
            var fetched = await TrytonBench.DoneAsync(bench.Port<IStockSource>().FetchAsync(since, page, Cancel));
            foreach (var level in fetched.Levels)
            {
                levels[level.Sku.Text] = level.Available;
            }

            (latest, page) = (fetched.Latest, fetched.Next);
        }
        while (page is not null);
        return (levels.ToImmutable(), latest);
    }
}
