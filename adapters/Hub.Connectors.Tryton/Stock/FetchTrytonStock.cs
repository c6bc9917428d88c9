using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Tryton.Stock;

/// <summary>
/// What can be sold of each article: the quantity in the warehouse less what open moves will take out of it. What changed since is read from the moves that
/// changed since; a move that was deleted leaves no trace, so now and then all articles are told.
/// </summary>
internal sealed class FetchTrytonStock(TrytonCalls calls, TrytonOptions options, CrossReferences references, TimeProvider time) : IStockSource
{
    private const int PageSize = 500;
    private const int MovesAtOnce = 5000;

    private static readonly string[] Open = ["staging", "draft", "assigned"];

    private DateTimeOffset? _toldAll;

    public Task<CallOutcome<StockPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.RunAsync(
        async talk =>
        {
            var now = time.GetUtcNow();
            var position = page is null
                ? await TrytonPosition.BeginAsync(talk, "stock.move", since, options.Overlap, all: _toldAll is not { } told || now - told >= options.AllStockEvery)
                : TrytonPosition.Parse(page);
            var (articles, next) = position.All ? await AllAsync(talk, position) : await ChangedAsync(talk, position);
            var levels = articles.Length == 0 ? [] : await LevelsAsync(talk, articles);
            if (position.All && next is null)
            {
                _toldAll = now;
            }

            return new StockPage(levels, position.Latest, next?.ToString());
        },
        cancellationToken);

    private static async Task<(int[] Articles, TrytonPosition? Next)> AllAsync(TrytonTalk talk, TrytonPosition position)
    {
        var products = await talk.SearchAsync(
            "product.product", [TrytonJson.Where("id", ">", position.After), TrytonJson.Where("type", "=", "goods"), TrytonJson.Where("salable", "=", true)],
            ["id"], PageSize);
        var ids = products.Select(product => product.GetProperty("id").GetInt32()).ToArray();
        return (ids, ids.Length == PageSize ? position with { After = ids[^1] } : null);
    }

    private static async Task<(int[] Articles, TrytonPosition? Next)> ChangedAsync(TrytonTalk talk, TrytonPosition position)
    {
        // By id, not by number of rows: a move that is deleted meanwhile shifts no other over the edge of a page.
        var moves = await talk.SearchAsync(
            "stock.move", [TrytonJson.Where("id", ">", position.After), TrytonJson.ChangedSince(position.From)], ["product"], PageSize);
        return (
            [.. moves.Select(move => move.GetProperty("product").GetInt32()).Distinct()],
            moves.Length == PageSize ? position with { After = moves[^1].GetProperty("id").GetInt32() } : null);
    }

    private async Task<ImmutableArray<StockLevel>> LevelsAsync(TrytonTalk talk, int[] articles)
    {
        var warehouses = await WarehousesAsync(talk);
        var amount = options.SellIncoming ? "forecast_quantity" : "quantity";
        var products = await talk.SearchAsync(
            "product.product", [TrytonJson.Where("id", "in", TrytonJson.List(articles)), TrytonJson.Where("salable", "=", true)], ["code", amount],
            with: new JsonObject { ["locations"] = TrytonJson.List(warehouses) });
        var leaving = options.SellIncoming ? [] : await LeavingAsync(talk, articles, warehouses);
        return
        [
            .. from product in products
               let code = TrytonJson.Text(product, "code")
               where code is not null
               let left = product.GetProperty(amount).GetDecimal() - leaving.GetValueOrDefault(product.GetProperty("id").GetInt32())
               from key in references.KeysOf(CrossReferences.Items, code)
               where Sku.TryParse(key, out _)
               select new StockLevel(Sku.Parse(key), (int)Math.Clamp(Math.Floor(left), int.MinValue, int.MaxValue)),
        ];
    }

    /// <summary>What open moves will take out of the warehouses, by article, in its own unit.</summary>
    private static async Task<Dictionary<int, decimal>> LeavingAsync(TrytonTalk talk, int[] articles, int[] warehouses)
    {
        var leaving = new Dictionary<int, decimal>();
        var after = 0;
        JsonElement[] moves;
        do
        {
            moves = await talk.SearchAsync(
                "stock.move",
                [
                    TrytonJson.Where("id", ">", after),
                    TrytonJson.Where("product", "in", TrytonJson.List(articles)),
                    TrytonJson.Where("state", "in", TrytonJson.List(Open)),
                    new JsonArray { "from_location", "child_of", TrytonJson.List(warehouses), "parent" },
                    new JsonArray { "to_location", "not child_of", TrytonJson.List(warehouses), "parent" },
                ],
                ["product", "internal_quantity"], MovesAtOnce);
            foreach (var move in moves)
            {
                var product = move.GetProperty("product").GetInt32();
                leaving[product] = leaving.GetValueOrDefault(product) + move.GetProperty("internal_quantity").GetDecimal();
                after = move.GetProperty("id").GetInt32();
            }
        }
        while (moves.Length == MovesAtOnce);
        return leaving;
    }

    private async Task<int[]> WarehousesAsync(TrytonTalk talk) => options.Warehouse is { } code
        ? [await talk.IdOfAsync("stock.location", "code", code)
            ?? throw new TrytonStopException(TrytonStop.Refused, $"Tryton has no warehouse '{code}'. Correct Warehouse in the connector's config.")]
        : [.. (await talk.SearchAsync("stock.location", [TrytonJson.Where("type", "=", "warehouse")], ["id"])).Select(place => place.GetProperty("id").GetInt32())];
}
