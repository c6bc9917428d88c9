using Hub.Control.Protocol;
using Hub.Gateway.Boundary;
using Hub.Gateway.Caches;
using Hub.Gateway.Customers;
using Hub.Gateway.Documents;
using Hub.Gateway.Journeys;
using Hub.Gateway.Marks;
using Hub.Gateway.Placing;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Explaining;

/// <summary>
/// Says where a request would go: matched by the real routes, placed by the real table, from what this plane remembers. It
/// asks nobody and changes nothing.
/// </summary>
internal sealed class Prediction(
    GatewayState state, GatewayOptions options, CustomerMemory memory, SessionBridge bridge, AccountKeys accounts, WriteMarks marks, TimeProvider time)
{
    private RequestDelegate? _match;

    /// <summary>Prepares the matching, from the endpoints that the gateway serves.</summary>
    public void MatchBy(IEndpointRouteBuilder endpoints)
    {
        var matching = endpoints.CreateApplicationBuilder();
        matching.Properties.Remove("__GlobalEndpointRouteBuilder");
        matching.UseRouting();
        // Matched is enough: the endpoint itself must not run.
        matching.Use(_ => _ => Task.CompletedTask);
        matching.UseEndpoints(own =>
        {
            foreach (var source in endpoints.DataSources)
            {
                own.DataSources.Add(source);
            }
        });
        _match = matching.Build();
    }

    /// <summary>The request as it would come, and its route; null where none matches.</summary>
    public async Task<(HttpContext Context, RouteModel Route)?> MatchAsync(ExplainRequest request, string path)
    {
        var context = Context(request, path);
        await _match!(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { } route ? (context, route) : null;
    }

    /// <summary>Null where no route matches.</summary>
    public async Task<ExplainView?> OfAsync(ExplainRequest request, string path)
    {
        var context = Context(request, path);
        await _match!(context);
        if (state.Model is not { } model || context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is not { } route)
        {
            return null;
        }

        var exchange = new Exchange(model, route, time.GetUtcNow(), 0);
        var notes = new List<string>();
        exchange.Placement = exchange.Route is null
            ? new Placement.Placement(Side.Legacy, PlacementReason.Ungrouped)
            : Place(context, exchange, notes);
        notes.Insert(0, Words.Sentence(exchange.Placement.Reason, exchange.Placement.Side, exchange.Route?.Group));
        return new ExplainView(
            exchange.RouteId, exchange.Route?.Group, Words.Of(exchange.Placement.Side), Words.Of(exchange.Placement.Reason),
            string.Join(" ", notes), model.Revision.Id, options.Name, exchange.Now);
    }

    private Placement.Placement Place(HttpContext context, Exchange exchange, List<string> notes)
    {
        if (exchange.Rules!.Cached != CachedBy.No)
        {
            exchange.AskedSide = CachedRequest.Read(CachedRequest.Header, context.Request.Headers[CachedRequest.Header])?.Side;
            return exchange.Model.Table.Place(exchange.RouteId, CachedRequest.Of(context, exchange));
        }

        Identify(context, exchange, notes);
        var (rules, route) = (exchange.Rules!, exchange.Route!);
        var facts = memory.Remembered(exchange.Key) ?? CustomerFacts.None;
        var cookie = exchange.Cookieless ? null : exchange.Cookie;
        var request = PlacementInput.Of(context, exchange, (
            route.Journey is { } journey ? cookie?.Pin(journey.Hash) ?? facts.Pins.GetValueOrDefault(journey.Text) : Pin.None,
            cookie?.Form(route.Form.Hash) ?? facts.Pins.GetValueOrDefault(route.Form.Text)),
            marks.Peek(exchange, facts));
        if (rules.HeldDataset is { } dataset)
        {
            var known = facts.Claims.GetValueOrDefault(dataset);
            var carried = cookie?.Claim(PinName.HashOf(dataset)) ?? Claim.None;
            request = request with { Claim = carried.Number > known.Number ? carried : known };
        }

        var placement = exchange.Model.Table.Place(exchange.RouteId, in request);
        if (placement.Has(PlacementActions.AskHoldings))
        {
            placement = exchange.Model.Table.Place(exchange.RouteId, request with { LegacyHolds = PlacementInput.Holdings(exchange) });
            notes.Add($"What legacy holds of {rules.HeldDataset} for the customer decides here.");
        }

        Note(placement, exchange, notes);
        return placement;
    }

    private void Identify(HttpContext context, Exchange exchange, List<string> notes)
    {
        if (CookieHeader.Joined(context.Request.Headers.Cookie) is { } cookies)
        {
            exchange.Cookie = HubCookieCodec.Read(CookieHeader.Find(cookies, HubCookie.Name), exchange.Model.Revision.Keys.Cookie);
        }

        CustomersMiddleware.ReadSession(context, exchange);
        exchange.Key = exchange.Cookie?.Key ?? CustomerKey.None;
        if (exchange.Session.Exists && exchange.Model.Document.Hub.Customer.WhoAmI is { } config)
        {
            exchange.Answer = bridge.Remembered(exchange.Session, config, exchange.Cookie?.BridgeAfter ?? 0);
            if (exchange.Answer is null)
            {
                notes.Add("Legacy would be asked who the session belongs to; its answer may change the key, and with it the side.");
            }

            exchange.Key = exchange.Account is { } account && accounts.Remembered(account) is { } key ? key : exchange.Key;
        }

        if (exchange.Key.IsNone && Exchange.IsUnsafe(context.Request.Method) && exchange.Route!.BusinessKey is null)
        {
            exchange.Key = CustomerKey.Draw();
            notes.Add("The customer is new: a key is drawn before the request is placed, another one each time.");
        }
        else if (exchange.Key.IsNone && exchange.Route!.BusinessKey is { } business)
        {
            notes.Add($"The customer of the {business.Kind} in the request would be looked up.");
        }
    }

    private static void Note(Placement.Placement placement, Exchange exchange, List<string> notes)
    {
        if (placement.Has(PlacementActions.Claim))
        {
            notes.Add($"It would claim the customer's {exchange.Rules!.HeldDataset} for that side, or follow the claim that stands.");
        }

        if (placement.Has(PlacementActions.ReturnToForm))
        {
            notes.Add("Its form's page came from the other side: it would be answered with 303 back to the page.");
        }

        if (placement.Has(PlacementActions.Evacuate))
        {
            notes.Add("The customer's data would be carried first.");
        }
    }

    private static DefaultHttpContext Context(ExplainRequest request, string path)
    {
        var context = new DefaultHttpContext { RequestServices = EmptyServices };
        context.Request.Method = (request.Method ?? HttpMethods.Get).ToUpperInvariant();
        context.Request.Scheme = "http";
        var query = path.IndexOf('?', StringComparison.Ordinal);
        context.Request.Path = PathString.FromUriComponent(query < 0 ? path : path[..query]);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        context.Request.QueryString = query < 0 ? QueryString.Empty : new QueryString(path[query..]);
        foreach (var (name, value) in request.Headers ?? System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    private static readonly IServiceProvider EmptyServices = new ServiceCollection().BuildServiceProvider();
}
