using Hub.Gateway.Documents;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Caches;

/// <summary>A request of a route whose answers a cache in front keeps (SAFETY.md 10). It has no customer.</summary>
internal static class CachedRequest
{
    /// <summary>Sent by the cache, which has it in its key.</summary>
    public const string Header = "Hub-Side";

    public static PlacementRequest Of(HttpContext context, Exchange exchange) => exchange.Rules!.Cached == CachedBy.Url
        ? new PlacementRequest { Url = UrlKey.Of(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) }
        : new PlacementRequest { Asked = exchange.AskedSide };

    /// <summary>What the cache asks for; null where it says nothing that is a side.</summary>
    public static AskedSide? Read(string name, StringValues value) => !name.Equals(Header, StringComparison.OrdinalIgnoreCase) ? null : value switch
    {
        [{ } word] when word.Equals("new", StringComparison.OrdinalIgnoreCase) => new AskedSide(Side.New),
        [{ } word] when word.Equals("legacy", StringComparison.OrdinalIgnoreCase) => new AskedSide(Side.Legacy),
        _ => null,
    };

    /// <summary>
    /// Tells the cache whose answer it is, and not to keep one that another answer takes the place of: placed by a revision
    /// that is no longer in force, or of another side than its key says.
    /// </summary>
    public static void Mark(HttpContext context, Exchange exchange, GatewayModel? now)
    {
        var headers = context.Response.Headers;
        var route = exchange.Route!;
        headers.Append(exchange.Model.Document.Hub.Caches.KeyHeader, route.CacheKey);
        if (exchange.Rules!.Cached == CachedBy.Header)
        {
            headers.Append("Vary", Header);
        }

        if (!ReferenceEquals(now, exchange.Model)
            || exchange.Placement.Reason == PlacementReason.Fallback
            || (exchange.AskedSide is { } asked && asked != exchange.Placement.Side))
        {
            Forbid(headers);
        }
    }

    /// <summary>No cache keeps it.</summary>
    public static void Forbid(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.Remove("Expires");
        headers.Remove("Surrogate-Control");
        headers.Remove("CDN-Cache-Control");
    }
}

/// <summary>The side that a cache asks for; taken from the request before what is ours is taken away from it.</summary>
internal sealed record AskedSide(Side Side);
