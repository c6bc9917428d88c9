using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Hub.Storage;
using Hub.Town.Legacy.Store;
using Hub.Town.Look;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Hub.Town.Legacy.Catalog;

/// <summary>Style sheet and pictures, with ETag, 304, Range and gzip; the same for everybody, so caches may keep them.</summary>
internal static class ServeAssets
{
    private static readonly byte[] Css = ReadCss();

    public static IResult GetCss(HttpContext http) => Serve(http, Css, "text/css; charset=utf-8");

    public static IResult GetLogo(HttpContext http) => Serve(http, Encoding.UTF8.GetBytes(ProductPicture.Logo), "image/svg+xml");

    public static IResult GetPicture(string sku, HttpContext http, LegacyDatabase shop)
    {
        var product = shop.Read(db => db.Query(
            $"SELECT Id, CategoryId FROM Product WHERE Sku = {sku}", row => (Id: row.GetInt32(0), Category: row.GetInt32(1))));
        // Categories come in threes: the top one, then its two that hold products.
        return product is [var (id, category)]
            ? Serve(http, Encoding.UTF8.GetBytes(ProductPicture.Svg(id, ((category - 1) / 3 * 2) + ((category - 1) % 3) - 1)), "image/svg+xml")
            : TypedResults.NotFound();
    }

    private static FileContentHttpResult Serve(HttpContext http, byte[] content, string type)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        http.Response.Headers.CacheControl = "public, max-age=3600";
        http.Response.Headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.Range.Count > 0 || !http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            return TypedResults.Bytes(content, type, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{hash}\""));
        }

        http.Response.Headers.ContentEncoding = "gzip";
        return TypedResults.Bytes(Zip(content), type, entityTag: new EntityTagHeaderValue($"\"{hash}-gzip\""));
    }

    private static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return zipped.ToArray();
    }

    private static byte[] ReadCss()
    {
        using var resource = typeof(ServeAssets).Assembly.GetManifestResourceStream("shop.css")!;
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}
