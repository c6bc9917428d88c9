using Hub.Gateway.Boundary;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Customers;

/// <summary>
/// Finds the customer's key (SAFETY.md 1): the account's, where the session bridge knows the account; else the visitor
/// cookie's; else that of the business key in the request. An unsafe request without any gets one before it is placed.
/// </summary>
internal sealed class CustomersMiddleware(
    RequestDelegate next, SessionBridge bridge, AccountKeys accounts, BusinessKeys businessKeys)
{
    public Task InvokeAsync(HttpContext context)
    {
        var exchange = Exchange.Of(context);
        if (exchange.Route is not null || Exchange.IsUnsafe(context.Request.Method) || context.Request.Headers.Authorization.Count > 0)
        {
            ReadSession(context, exchange);
        }

        if (exchange.Route is null)
        {
            // Its own cluster whatever the customer; but the next request may be placed, and then has a key.
            exchange.Cookie ??= IsCut(context.Request) ? null : HubCookie.Draw();
            return next(context);
        }

        if (exchange.Rules!.Cached != CachedBy.No)
        {
            // What many customers get has none.
            exchange.Cookie = null;
            return next(context);
        }

        var identifying = IdentifyAsync(context, exchange);
        return identifying.IsCompletedSuccessfully ? next(context) : AwaitAsync(identifying, context);
    }

    /// <summary>The session, and the key of a client that keeps no cookies. Does no I/O.</summary>
    internal static void ReadSession(HttpContext context, Exchange exchange)
    {
        var headers = context.Request.Headers;
        exchange.Session = Session.Of(
            exchange.Model.Document.Hub.Customer.Cookies, CookieHeader.Joined(headers.Cookie), headers.Authorization);
        if (exchange.Cookie is null && exchange.Session.Bearer)
        {
            exchange.Cookieless = true;
            exchange.Cookie = HubCookie.Unsent(exchange.Session.KeyOf(exchange.Model.Revision.Keys.Cookie));
        }
    }

    private async Task AwaitAsync(ValueTask identifying, HttpContext context)
    {
        await identifying;
        await next(context);
    }

    private ValueTask IdentifyAsync(HttpContext context, Exchange exchange)
    {
        var config = exchange.Model.Document.Hub.Customer.WhoAmI;
        if (config is null || !exchange.Session.Exists)
        {
            // Without a session nobody is logged in: what the cookie says of an account is over.
            SeeLoggedOut(exchange, loggedOut: config is not null && !IsFromAnotherSite(context.Request));
            return SettleAsync(context, exchange);
        }

        var asking = bridge.AskAsync(context, exchange.Legacy.Cluster!, exchange.Session, config, exchange.Cookie?.BridgeAfter ?? 0);
        if (!asking.IsCompletedSuccessfully)
        {
            return AfterAsync(asking);
        }

        exchange.Answer = asking.Result;
        return IsSettled(exchange) ? SettleAsync(context, exchange) : BindAsync(context, exchange);

        async ValueTask AfterAsync(ValueTask<SessionAnswer> asking)
        {
            exchange.Answer = await asking;
            await (IsSettled(exchange) ? SettleAsync(context, exchange) : BindAsync(context, exchange));
        }
    }

    // The cookie says already what the bridge says: the usual case.
    private bool IsSettled(Exchange exchange)
    {
        if (exchange.Account is not { } account)
        {
            if (!exchange.Answer!.Known && exchange.Cookieless && accounts.Remembered(exchange.Session) is { } key)
            {
                // A token's owner never changes: an app must not change its key each time that legacy is slow.
                exchange.Cookie = HubCookie.Unsent(key);
            }

            SeeLoggedOut(exchange, exchange.Answer!.Known);
            return true;
        }

        return exchange.Cookie is { } cookie && cookie.Account == AccountKeys.MarkOf(account);
    }

    private async ValueTask BindAsync(HttpContext context, Exchange exchange)
    {
        var account = exchange.Account!;
        var mark = AccountKeys.MarkOf(account);
        if (exchange.Cookie is not { } cookie || (cookie.Account != 0 && cookie.Account != mark))
        {
            // Another account was logged in here before: its key and claims are not this one's.
            exchange.Cookie = HubCookie.Draw();
        }

        exchange.Key = await accounts.BindAsync(context, exchange, account, exchange.Cookie!.Key);
        if (exchange.Cookieless && exchange.Key != exchange.Cookie.Key)
        {
            exchange.Cookie = HubCookie.Unsent(exchange.Key);
        }
    }

    private ValueTask SettleAsync(HttpContext context, Exchange exchange)
    {
        if (exchange.Cookie is { } cookie)
        {
            exchange.Key = cookie.Key;
            return ValueTask.CompletedTask;
        }

        return exchange.Route!.BusinessKey is null ? Draw(context, exchange) : FromBusinessKeyAsync(context, exchange);
    }

    private async ValueTask FromBusinessKeyAsync(HttpContext context, Exchange exchange)
    {
        exchange.Key = await businessKeys.FindAsync(context, exchange, exchange.Route!.BusinessKey!);
        if (exchange.Key.IsNone && !exchange.UnknownBusinessKey)
        {
            await Draw(context, exchange);
        }
    }

    private static ValueTask Draw(HttpContext context, Exchange exchange)
    {
        if (IsCut(context.Request))
        {
            return ValueTask.CompletedTask;
        }

        // A request that writes nothing is placed without it: the answer takes it to the client.
        exchange.Cookie = HubCookie.Draw();
        if (Exchange.IsUnsafe(context.Request.Method) || exchange.Rules!.GetWrites)
        {
            exchange.Key = exchange.Cookie.Key;
        }

        return ValueTask.CompletedTask;
    }

    // A browser sends no SameSite cookie with a POST that another site's page made (a payment provider sends the shopper
    // back so). A cookie set by its answer would take the place of the customer's own, and with it key, claims and pins.
    private static bool IsCut(HttpRequest request) => Exchange.IsUnsafe(request.Method) && IsFromAnotherSite(request);

    // Then a cookie that is missing says nothing; legacy's session is often SameSite=Strict. Old browsers say only Origin.
    private static bool IsFromAnotherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site]
            ? site.Equals("cross-site", StringComparison.OrdinalIgnoreCase)
            : request.Headers.Origin is [{ } origin]
                && !(Uri.TryCreate(origin, UriKind.Absolute, out var page)
                    && string.Equals(page.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase));

    private static void SeeLoggedOut(Exchange exchange, bool loggedOut)
    {
        if (loggedOut && exchange.Cookie is { Account: not 0 } && !exchange.Cookieless)
        {
            exchange.Cookie = HubCookie.Draw();
        }
    }
}
