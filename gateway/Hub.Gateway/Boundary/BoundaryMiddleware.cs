using Hub.Gateway.Caches;
using Hub.Gateway.Customers;
using Hub.Gateway.Documents;
using Hub.Gateway.Pages;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Boundary;

/// <summary>
/// The cookie <c>hub</c> is for the gateway alone and goes no further. Reads the model once, for all that follows.
/// </summary>
internal sealed class BoundaryMiddleware(RequestDelegate next, GatewayState state, VerifiedCookies verified, Answering answering, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (state.Model is not { } model)
        {
            await ShopPages.Default.WriteAsync(context, ShopPage.Unavailable, StatusCodes.Status503ServiceUnavailable, seconds: 1);
            return;
        }

        if (context.Features.Get<PrivateListener>() is not null)
        {
            // The shop is served to the public listener's customers only.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var exchange = new Exchange(model, context.GetRouteModel(), time.GetUtcNow(), time.GetTimestamp());
        if (exchange.Rules is { Cached: CachedBy.Header })
        {
            exchange.AskedSide = context.Features.Get<AskedSide>()?.Side;
        }

        TakeCookie(context.Request.Headers, exchange);
        context.Features.Set(exchange);
        context.Response.OnStarting(static state =>
        {
            var (answering, context) = ((Answering, HttpContext))state;
            return answering.StartAsync(context, Exchange.Of(context));
        }, (answering, context));
        await next(context);
        if (!context.Response.HasStarted)
        {
            await model.Pages.AnswerForSideAsync(context);
        }

        answering.Complete(context, exchange);
    }

    private void TakeCookie(IHeaderDictionary headers, Exchange exchange)
    {
        if (CookieHeader.Joined(headers.Cookie) is not { } cookies)
        {
            return;
        }

        var value = CookieHeader.Find(cookies, HubCookie.Name);
        if (value.IsEmpty)
        {
            return;
        }

        exchange.Cookie = verified.Read(value, exchange.Model.Revision.Keys.Cookie);
        var others = CookieHeader.Without(cookies, HubCookie.Name);
        headers.Cookie = others is null ? StringValues.Empty : others;
    }
}
