using System.Collections.Immutable;
using System.Globalization;
using Hub.Gateway.Boundary;
using Hub.Gateway.Customers;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Caches;

/// <summary>
/// Tells a browser, in a cookie that a cache in front can read, on which side it reads a group that is cached by header:
/// <c>hub-side-GROUP=new</c>. It is a wish and no proof: whoever changes it sees the other side's public pages.
/// </summary>
internal static class SideCookies
{
    private static readonly string Attributes = string.Create(
        CultureInfo.InvariantCulture, $"; Path=/; Max-Age={(long)HubCookie.Lifetime.TotalSeconds}; SameSite=Lax");

    /// <summary>The groups of a document that have such routes.</summary>
    public static ImmutableArray<string> Groups(PlacementTable table) =>
        [.. table.Routes.Values.Where(route => route.Cached == CachedBy.Header).Select(route => route.Group.Name).Distinct()];

    /// <summary>Sets those that differ, on an answer that no shared cache keeps.</summary>
    public static void Set(HttpContext context, Exchange exchange)
    {
        if (exchange.Cookie is not { } cookie || exchange.Cookieless || SharedCaches.MayKeep(context.Request, context.Response, exchange.Now))
        {
            return;
        }

        var held = CookieHeader.Joined(context.Request.Headers.Cookie);
        foreach (var group in exchange.Model.CachedByHeader)
        {
            var side = PlacementTable.SideOf(
                exchange.Model.Table.Groups[group], cookie.Key, exchange.Model.Cohorts.Of(context.Request, exchange.Account));
            var (name, value) = ($"hub-side-{group}", Words.Of(side));
            if (held is null || !CookieHeader.Find(held, name).SequenceEqual(value))
            {
                context.Response.Headers.SetCookie = StringValues.Concat(context.Response.Headers.SetCookie, $"{name}={value}{Attributes}");
            }
        }
    }
}
