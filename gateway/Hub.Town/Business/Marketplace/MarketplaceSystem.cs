using System.Globalization;
using Hub.Town.Business.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Town.Business.Marketplace;

/// <summary>
/// The town's marketplace: it sells for the shop, gives its orders page by page and wants to hear of each shipment.
/// <c>POST /orders</c> makes one order by hand.
/// </summary>
internal static class MarketplaceSystem
{
    private const int PageSize = 20;

    public static WebApplication Build(TownContext town, Uri address)
    {
        var store = new MarketplaceStore(town);
        var app = BusinessSystem.Build(town, address, TownTokens.Marketplace, builder =>
        {
            builder.Services.AddSingleton(store);
            builder.Services.AddHostedService<MarketplaceBuyers>();
        });
        app.MapPost("/orders", () => store.Place());
        app.MapGet("/orders", (DateTimeOffset? since, DateTimeOffset? until, string? cursor, FaultyBehaviour faults) =>
            GetPage(store, since ?? DateTimeOffset.MinValue, until ?? DateTimeOffset.MaxValue, cursor, faults));
        app.MapGet("/orders/{id}", (string id) => store.Find(id) is { } order ? Results.Ok(order) : Results.NotFound());
        MarketplaceListings.Map(app, store);
        app.MapPost("/orders/{id}/shipment", (string id, NewConfirmation shipment) => Confirm(store, id, shipment));
        return app;
    }

    private static IResult GetPage(MarketplaceStore store, DateTimeOffset since, DateTimeOffset until, string? cursor, FaultyBehaviour faults)
    {
        var after = 0L;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return BusinessSystem.Refuse($"'{cursor}' is no cursor of ours.", StatusCodes.Status400BadRequest);
        }

        var rows = store.List(since, until, after, PageSize + 1);
        var page = rows.Take(PageSize).ToList();
        return Results.Ok(new
        {
            Orders = page.SelectMany(row => Enumerable.Repeat(row.Order, faults.Happens(faults.Dial.DuplicateRate) ? 2 : 1)),
            Next = rows.Count > PageSize ? $"{page[^1].Row}" : null,
        });
    }

    private static IResult Confirm(MarketplaceStore store, string id, NewConfirmation shipment) => store.Confirm(id, shipment.Tracking) switch
    {
        null => BusinessSystem.Refuse($"There is no order {id}.", StatusCodes.Status404NotFound),
        { } tracking when tracking == shipment.Tracking => Results.Ok(),
        { } tracking => BusinessSystem.Refuse($"Order {id} was confirmed with {tracking} before.", StatusCodes.Status409Conflict),
    };

    private sealed record NewConfirmation(string Tracking, string Carrier, string Reference);
}
