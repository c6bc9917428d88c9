using Hub.Adapters.Connectors;
using Hub.Adapters.Stock.Store;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Stock;

/// <summary><c>/api/stock</c> and <c>/api/prices</c>: what others reserve, what articles cost, and what each channel was told.</summary>
internal static class StockEndpoints
{
    private const int LongestId = 200;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/stock/deltas", TakeDeltaAsync);
        api.MapPost("/stock/tell", async (TellStock request, StockStore stock, CancellationToken cancellationToken) =>
            TypedResults.Ok(new StockTold(await stock.TellAgainAsync(request.Channel, cancellationToken))));
        api.MapPost("/prices", TakePriceAsync);
        api.MapGet("/stock", async (StockStore stock, CancellationToken cancellationToken, bool refused = false, int take = 100) =>
            take is < 1 or > 10_000
                ? Refuse($"take is {take}", "It says how many to list: 1 to 10000.")
                : TypedResults.Ok((await stock.ListAsync(refused, take, cancellationToken)).Select(View)));
        api.MapGet("/stock/{sku}", ShowAsync);
    }

    private static async Task<IResult> TakeDeltaAsync(TakeStockDelta request, StockStore stock, CancellationToken cancellationToken)
    {
        if (request.Id is not { Length: > 0 and <= LongestId } id || id.Any(char.IsControl))
        {
            return Refuse("A change without an id", $"'id' says which change it is, 1 to {LongestId} characters: the same one again counts once.");
        }

        if (!Sku.TryParse(request.Sku, out var sku))
        {
            return Refuse($"'{request.Sku}' is no article number", "'sku' has 1 to 64 characters without blanks around.");
        }

        if (request.Change == 0)
        {
            return Refuse($"{id} changes nothing", "'change' says how many pieces come, or go (less than nothing).");
        }

        // Ids of ours and of others can't meet.
        var delta = new StockDelta(
            $"other {id}", sku, request.Location ?? "", request.Change, request.Reason ?? "", request.Booked ? DeltaPhase.Booked : DeltaPhase.Held);
        return await stock.TakeDeltasAsync([delta], cancellationToken) > 0 ? TypedResults.Accepted((string?)null) : TypedResults.Ok();
    }

    private static async Task<IResult> TakePriceAsync(TakePrice request, StockStore stock, ConnectorSet connectors, CancellationToken cancellationToken)
    {
        if (!Sku.TryParse(request.Sku, out var sku))
        {
            return Refuse($"'{request.Sku}' is no article number", "'sku' has 1 to 64 characters without blanks around.");
        }

        if (request.Currency is not { Length: 3 } currency || !currency.All(char.IsAsciiLetterUpper) || request.Price < 0)
        {
            return Refuse($"{request.Price} {request.Currency} is no price", "'price' is 0 or more, 'currency' three capital letters.");
        }

        if (request.Channel is { } channel && connectors.Find(channel)?.Find<IPriceSink>() is null)
        {
            return Refuse($"{channel} takes no prices", "'channel' is a connector that takes prices; without it all are told that have no price of their own.");
        }

        await stock.TakePriceAsync(
            new ArticlePrice(sku, new Money(request.Price, currency)), request.Channel is { } name ? connectors.Find(name)!.Config.Name : "", cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<IResult> ShowAsync(string sku, StockStore stock, CancellationToken cancellationToken)
    {
        var levels = await stock.GetLevelsAsync(sku, cancellationToken);
        var open = await stock.GetOpenAsync(sku, cancellationToken);
        var tellings = await stock.GetTellingsAsync(sku, cancellationToken);
        return levels.Count + open.Count + tellings.Count == 0
            ? Results.Problem(
                title: $"Nothing is known of '{sku}'",
                detail: "The owner of the stock (Hub.Stock.Owner) told no level of it, no order took any, and it has no price.",
                statusCode: StatusCodes.Status404NotFound)
            : TypedResults.Ok(new StockDetail(
                sku,
                [.. levels.Select(level => new StockLevelView(Text(level.Place), level.Available, level.ChangedAt))],
                [.. open.Select(delta => new StockDeltaView(
                    delta.Id, Text(delta.Place), delta.Change, delta.Reason,
                    delta.Phase is DeltaPhase.Held ? "held" : "until the owner tells", delta.CreatedAt))],
                [.. tellings.Select(View)]));
    }

    private static ChannelValueView View(TellingRow row) => new(
        row.Channel, row.Kind, row.Sku, Text(row.Place), row.Wanted, row.Sent,
        row.Refused ? "refused" : row.DueAt is null ? "told" : row.Sent == row.Wanted ? "told, and once more" : row.Reason is null ? "waits" : "fails",
        row.Reason, row.ChangedAt, row.SentAt);

    private static string? Text(string place) => place.Length == 0 ? null : place;

    private static IResult Refuse(string what, string why) =>
        Results.Problem(title: what, detail: why, statusCode: StatusCodes.Status422UnprocessableEntity);
}
