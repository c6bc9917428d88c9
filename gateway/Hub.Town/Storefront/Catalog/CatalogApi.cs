using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront.Catalog;

/// <summary>A product as the app gets it.</summary>
internal sealed record AppProduct(long Id, string Sku, string Name, decimal Price, string Currency, long Stock);

/// <summary>The app's products, in the words of legacy's API.</summary>
internal sealed class CatalogApi(Assortment assortment)
{
    private const int PageSize = 24;

    public void Map(WebApplication app)
    {
        app.MapGet("/api/products", List);
        app.MapGet("/api/products/{id:long}", async Task<IResult> (long id, CancellationToken cancellation) =>
            await assortment.Find(id, cancellation) is { Card: var card } article
                ? TypedResults.Json(new AppProduct(card.Id, card.Sku, card.Name, card.Price, article.Price.Currency, article.Stock))
                : TypedResults.NotFound());
    }

    private async Task<IResult> List(HttpContext http, CancellationToken cancellation)
    {
        var page = int.TryParse(http.Request.Query["page"], CultureInfo.InvariantCulture, out var asked) ? Math.Max(1, asked) : 1;
        var (cards, total) = await assortment.List($"page={page}&size={PageSize}", cancellation);
        var stock = await assortment.Stock(cards, cancellation);
        var products = cards.Select(card =>
            new AppProduct(card.Id, card.Sku, card.Name, card.Price, "EUR", stock.GetValueOrDefault(card.Id)));
        return TypedResults.Json(new { page, pages = (total + PageSize - 1) / PageSize, products });
    }
}
