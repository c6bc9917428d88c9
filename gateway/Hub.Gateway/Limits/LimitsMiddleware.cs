using Hub.Gateway.Pages;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Limits;

/// <summary>How much the shop takes: rates first, then a seat of the gateway. Without limits it is one look.</summary>
internal sealed class LimitsMiddleware(RequestDelegate next, GatewayMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        var exchange = Exchange.Of(context);
        if (exchange.Model.Limits is not { } limits)
        {
            return next(context);
        }

        if (limits.Count(context, exchange, out var by) is > 0 and var seconds)
        {
            metrics.Refused(Words.Of(by));
            exchange.Kind = Refusals.Limited;
            return exchange.Model.Pages.WriteAsync(context, ShopPage.TooMany, StatusCodes.Status429TooManyRequests, seconds);
        }

        exchange.Priority = limits.PriorityOf(context, exchange);
        exchange.WaitsSince = HeldPlace.Take(context.Request.Headers, exchange);
        return limits.Gateway is null ? next(context) : Seated.PassAsync(limits.Gateway, "gateway", metrics, context, exchange, next);
    }
}

/// <summary>A seat of the side that the request was placed on.</summary>
internal sealed class SideSeatsMiddleware(RequestDelegate next, GatewayMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        var exchange = Exchange.Of(context);
        var side = exchange.Placement.Side;
        return exchange.Model.Limits?.Of(side) is { } seats
            ? Seated.PassAsync(seats, Words.Of(side), metrics, context, exchange, next)
            : next(context);
    }
}
