using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Customers;

/// <summary>Gives the cookie back with an answer, where it changed and no shared cache may keep the answer.</summary>
internal static class HubCookieAnswer
{
    private static readonly string Attributes = string.Create(
        CultureInfo.InvariantCulture, $"; Path=/; Max-Age={(long)HubCookie.Lifetime.TotalSeconds}; HttpOnly; SameSite=Lax");

    public static void Set(HttpContext context, Exchange exchange)
    {
        if (exchange.Cookie is not { } cookie || exchange.Cookieless)
        {
            return;
        }

        var now = exchange.Now.ToUnixTimeSeconds();
        if (!cookie.Changed && now - cookie.IssuedAt < (long)HubCookie.Renewal.TotalSeconds)
        {
            return;
        }

        if (SharedCaches.MayKeep(context.Request, context.Response, exchange.Now))
        {
            return;
        }

        cookie.IssuedAt = now;
        var value = HubCookieCodec.Write(cookie, exchange.Model.Revision.Keys.Cookie);
        context.Response.Headers.SetCookie = StringValues.Concat(
            context.Response.Headers.SetCookie,
            $"{HubCookie.Name}={value}{Attributes}{(context.Request.IsHttps ? "; Secure" : "")}");
    }
}
