using Hub.Storage;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Catalog;

/// <summary>Search; what people look for is written down, on a GET.</summary>
internal static class SearchProducts
{
    public static Task Get(HttpContext http, LegacyDatabase shop)
    {
        var query = http.Request.Query["q"].ToString().Trim();
        var found = shop.Read(db => CatalogQueries.Search(db, query));
        shop.Write(db => db.Execute($"INSERT INTO SearchLog(Query, Found, CreatedOn) VALUES ({query}, {found.Count}, {shop.Now})"));
        return LegacyPage.Show(http, shop, page => new LegacyPage("Search", ProductList.Found(page.Frame, query, found)));
    }
}
