using Hub.Gateway.Boundary;
using Hub.Gateway.Caches;
using Hub.Gateway.Customers;
using Hub.Gateway.Documents;
using Hub.Gateway.Explaining;
using Hub.Gateway.Figures;
using Hub.Gateway.Journeys;
using Hub.Gateway.Marks;
using Hub.Gateway.Placing;
using Hub.Gateway.Telemetry;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway;

/// <summary>What happens when an answer's headers come: journeys and claims end, numbers are learnt, cookie and id are set.</summary>
internal sealed class Answering(
    PinStore pins, Claims claims, WriteMarks marks, BusinessKeys businessKeys, SessionBridge bridge, RequestIds ids, GatewayState state, Ledger ledger,
    AnswerCounting counting, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>Order matters: the cookie is written when all that changes it is done.</summary>
    public Task StartAsync(HttpContext context, Exchange exchange)
    {
        if (exchange.Refused)
        {
            // No side has seen it: nothing follows from it, and no guard counts it.
            SetHeaders(context, exchange);
            return Task.CompletedTask;
        }

        counting.HeadersCame(context, exchange);
        var changing = exchange.Route is null ? Task.CompletedTask : FollowAsync(context, exchange);
        if (!changing.IsCompletedSuccessfully)
        {
            return AwaitAsync(changing, context, exchange);
        }

        SetHeaders(context, exchange);
        return Task.CompletedTask;
    }

    /// <summary>The answer is out: what is worth keeping goes to the ledger, off the request's path.</summary>
    public void Complete(HttpContext context, Exchange exchange)
    {
        if (!exchange.Refused)
        {
            counting.Ended(context, exchange);
        }

        metrics.Answered(context, exchange, time);
        ServerSpan.Tell(context, exchange);
        ledger.Consider(context, exchange);
    }

    private async Task AwaitAsync(Task changing, HttpContext context, Exchange exchange)
    {
        await changing;
        SetHeaders(context, exchange);
    }

    private Task FollowAsync(HttpContext context, Exchange exchange)
    {
        const PlacementActions Following = PlacementActions.BeginJourney | PlacementActions.EndJourney
            | PlacementActions.BeginForm | PlacementActions.EndClaims;
        return (exchange.Placement.Actions & Following) == 0 && exchange.Route!.Learns is null && !exchange.Rules!.IsFormTarget && !exchange.Rules.Marks
            ? Task.CompletedTask
            : FollowStepsAsync(context, exchange);
    }

    private async Task FollowStepsAsync(HttpContext context, Exchange exchange)
    {
        var (route, placement, status) = (exchange.Route!, exchange.Placement, context.Response.StatusCode);
        if (placement.Has(PlacementActions.ReturnToForm))
        {
            return;
        }

        if (exchange.Rules!.Marks && exchange.Rules.IsWrite(Exchange.IsUnsafe(context.Request.Method)))
        {
            await marks.NoteAsync(exchange);
        }

        // 1. The side has the journey's first step, whatever it made of it.
        if (placement.Has(PlacementActions.BeginJourney))
        {
            route.Figures.JourneyBegun(placement.Side);
            await pins.BeginAsync(exchange, route.Journey!, form: false);
        }

        if (placement.Has(PlacementActions.BeginForm) && status < 400)
        {
            await BeginFormAsync(exchange, route.FormTarget!);
        }

        if (status >= 400)
        {
            return;
        }

        // A form that is shown again was not taken; it stays where it is, and all that it would end goes on.
        var sent = exchange.Rules!.IsFormTarget && Exchange.IsUnsafe(context.Request.Method);
        if (sent && status < 300)
        {
            return;
        }

        if (sent)
        {
            await pins.EndAsync(exchange, route.Form);
        }

        // 2. Control learns before the client can act on the answer. Without the number no order was made.
        if (route.Learns is { } learns)
        {
            if (!await businessKeys.LearnAsync(context, exchange, learns))
            {
                return;
            }

            route.Figures.Ordered(placement.Side);
        }

        // 3. The last step was taken: answered with success.
        if (placement.Has(PlacementActions.EndJourney))
        {
            route.Figures.JourneyCompleted(placement.Side);
            await pins.EndAsync(exchange, route.Journey!);
        }

        if (placement.Has(PlacementActions.EndClaims))
        {
            foreach (var dataset in exchange.Rules.Ends)
            {
                await claims.EndAsync(exchange, dataset);
            }
        }
    }

    // A pin that says the same and is not half over stays: a form page must not cost a Set-Cookie at each view.
    private Task BeginFormAsync(Exchange exchange, PinName target)
    {
        var pin = exchange.Cookie?.Form(target.Hash) ?? Pin.None;
        var fresh = pin.Side == exchange.Placement.Side && pin.Revision >= exchange.Rules!.Group.VoidBefore
            && exchange.Now.ToUnixTimeSeconds() - pin.StartedAt < 60 * 60;
        return pin.Exists && fresh ? Task.CompletedTask : pins.BeginAsync(exchange, target, form: true);
    }

    private void FollowSession(HttpContext context, Exchange exchange)
    {
        var config = exchange.Model.Document.Hub.Customer;
        if (Exchange.IsUnsafe(context.Request.Method))
        {
            // What legacy holds, or who is logged in, may be another after a write; each plane must ask anew. Not after one
            // to a dataset whose claim stands and decides: a cart that is filled must not ask at each line.
            if (exchange.Placement.Reason != PlacementReason.Claim || exchange.Route!.MayLogIn)
            {
                bridge.Forget(exchange.Session);
                exchange.Cookie?.AskBridgeAfter(time.GetUtcNow().ToUnixTimeMilliseconds());
            }
        }
        else if (config.RotatesIds && !exchange.Session.Bearer && context.Response.Headers.SetCookie.Count > 0)
        {
            bridge.Rotate(exchange.Session, Session.After(
                config.Cookies, CookieHeader.Joined(context.Request.Headers.Cookie), context.Response.Headers.SetCookie));
        }
    }

    private void SetHeaders(HttpContext context, Exchange exchange)
    {
        if (exchange.Session.Exists && !exchange.Refused && exchange.Model.Document.Hub.Customer.WhoAmI is not null)
        {
            FollowSession(context, exchange);
        }

        if (exchange.Rules is { } rules)
        {
            if (rules.Cached != CachedBy.No)
            {
                CachedRequest.Mark(context, exchange, state.Model);
            }
            else if (!ReferenceEquals(state.Model, exchange.Model) && SharedCaches.MayKeep(context.Request, context.Response, exchange.Now))
            {
                // The flip's purge may be over when this answer reaches a cache (SAFETY.md 10).
                CachedRequest.Forbid(context.Response.Headers);
            }
        }

        exchange.RouteRules?.Version?.Tell(context.Response.Headers);
        HubCookieAnswer.Set(context, exchange);
        if (!exchange.Model.CachedByHeader.IsEmpty)
        {
            SideCookies.Set(context, exchange);
        }

        context.Response.Headers[RequestIds.Header] = ids.Seal(exchange);
    }
}
