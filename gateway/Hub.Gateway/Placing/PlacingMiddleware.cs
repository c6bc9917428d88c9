using Hub.Gateway.Caches;
using Hub.Gateway.Fallbacks;
using Hub.Gateway.Identity;
using Hub.Gateway.Journeys;
using Hub.Gateway.Marks;
using Hub.Gateway.Mirroring;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hub.Gateway.Placing;

/// <summary>
/// Places the request by the table it entered with, does what must be done before anything is forwarded (claim, carry),
/// and hands it to its side: route and cluster together.
/// </summary>
internal sealed class PlacingMiddleware(
    RequestDelegate next, Claims claims, PinStore pins, WriteMarks marks, IdentityTokens identity, Mirror mirror, GatewayMetrics metrics)
{
    /// <summary>How often a lost claim or the bridge's answer may change the place before legacy takes it.</summary>
    private const int MostTurns = 4;

    public Task InvokeAsync(HttpContext context)
    {
        var exchange = Exchange.Of(context);
        if (exchange.Route is null)
        {
            exchange.Placement = new Placement.Placement(Side.Legacy, PlacementReason.Ungrouped);
            return next(context);
        }

        var placing = PlaceAsync(context, exchange);
        return placing.IsCompletedSuccessfully ? Forward(context, exchange) : AwaitAsync(placing, context, exchange);
    }

    private async Task AwaitAsync(ValueTask placing, HttpContext context, Exchange exchange)
    {
        await placing;
        await Forward(context, exchange);
    }

    // No async method: the usual request is placed without waiting for anything.
    private ValueTask PlaceAsync(HttpContext context, Exchange exchange)
    {
        var rules = exchange.Rules!;
        if (rules.Cached != CachedBy.No)
        {
            exchange.Placement = exchange.Model.Table.Place(exchange.RouteId, CachedRequest.Of(context, exchange));
            return ValueTask.CompletedTask;
        }

        var finding = pins.FindAsync(exchange);
        var marked = rules.Reads.IsEmpty || rules.IsWrite(Exchange.IsUnsafe(context.Request.Method)) ? default : marks.FindAsync(exchange);
        if (!finding.IsCompletedSuccessfully || !marked.IsCompletedSuccessfully || (rules.HeldDataset is not null && !exchange.Key.IsNone))
        {
            return PlaceHeldAsync(context, exchange, finding, marked);
        }

        var request = PlacementInput.Of(context, exchange, finding.Result, marked.Result);
        exchange.Placement = exchange.Model.Table.Place(exchange.RouteId, in request);
        if (exchange.Key.IsNone && rules.Form is not null && exchange.Cookie is not null)
        {
            // A visitor who lands on a page with a form has a key when the form comes back, and the page's token is of one side.
            exchange.Placement = exchange.Placement with { Actions = exchange.Placement.Actions | PlacementActions.BeginForm };
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask PlaceHeldAsync(
        HttpContext context, Exchange exchange, ValueTask<(Pin Journey, Pin Form)> finding, ValueTask<WriteMark> marked)
    {
        var request = PlacementInput.Of(context, exchange, await finding, await marked);
        if (exchange.Rules!.HeldDataset is { } dataset)
        {
            request = request with { Claim = await claims.FindAsync(context, exchange, dataset) };
        }

        for (var turn = 0; turn < MostTurns; turn++)
        {
            exchange.Placement = exchange.Model.Table.Place(exchange.RouteId, in request);
            if (exchange.Placement.Has(PlacementActions.AskHoldings))
            {
                request = request with { LegacyHolds = PlacementInput.Holdings(exchange) };
            }
            else if (exchange.Placement.Has(PlacementActions.Claim))
            {
                var claim = await claims.MakeAsync(exchange, exchange.Rules.HeldDataset!, exchange.Placement.Side, expected: 0);
                if (claim.Side == exchange.Placement.Side)
                {
                    return;
                }

                request = request with { Claim = claim };
            }
            else if (exchange.Placement.Has(PlacementActions.Evacuate))
            {
                await claims.EvacuateAsync(context, exchange, exchange.Rules.HeldDataset!, request.Claim);
                return;
            }
            else
            {
                if (request.Unsafe && request.Claim.Exists && exchange.Rules.WritesHeld)
                {
                    claims.Touch(exchange, exchange.Rules.HeldDataset!, request.Claim);
                }

                return;
            }
        }
    }

    private Task Forward(HttpContext context, Exchange exchange)
    {
        metrics.Placed(exchange.Route!.Group, exchange.Placement.Side, exchange.Placement.Reason);
        if (exchange.Placement.Has(PlacementActions.ReturnToForm))
        {
            return ReturnToFormAsync(context, exchange);
        }

        if (exchange.Rules!.Group.MirroredSince > 0 && exchange.Route.Mirror is { } route && mirror.Pick(context, exchange, route) is { } copy)
        {
            return Mirror.FollowAsync(copy, context, exchange, Introduce, Send);
        }

        return Send(context, exchange);
    }

    private Task Send(HttpContext context, Exchange exchange)
    {
        if (exchange.Placement.Side == Side.New)
        {
            Introduce(context.Request.Headers, exchange);
            context.ReassignProxyRequest(exchange.Route!.New, exchange.Route.New.Cluster!);
            if (exchange.Route.Fallback is { } fallback && Fallback.MayHelp(context.Request, exchange.Placement.Reason))
            {
                return fallback.ForwardAsync(context, exchange, next);
            }
        }

        exchange.Sent = true;
        return next(context);
    }

    // New knows its customer by this; legacy never gets it (a client's own was taken away on entry).
    private void Introduce(IHeaderDictionary headers, Exchange exchange)
    {
        if (!exchange.Key.IsNone && identity.Of(exchange, claims.Known(exchange)) is { } token)
        {
            headers[IdentityTokens.Header] = token;
        }
    }

    // The pin goes with it: a page that can't leave a new one must not send the shopper round in circles.
    private async Task ReturnToFormAsync(HttpContext context, Exchange exchange)
    {
        exchange.Kind = "303";
        metrics.ReturnedToForm(exchange.Route!.Group);
        await pins.EndAsync(exchange, exchange.Route.Form);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = FormPage(context.Request, exchange.Route);
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
    }

    // Only a page of this very host: a Referer is the client's word.
    private static string FormPage(HttpRequest request, Documents.GroupedRoute route)
    {
        if (Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page)
            && page.Scheme is "http" or "https"
            && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            && !page.PathAndQuery.StartsWith("//", StringComparison.Ordinal))
        {
            return page.PathAndQuery;
        }

        return route.FormPage ?? "/";
    }
}
