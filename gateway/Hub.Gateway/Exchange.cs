using Hub.Gateway.Customers;
using Hub.Gateway.Documents;
using Hub.Gateway.Figures;
using Hub.Gateway.Limits;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway;

/// <summary>
/// What the gateway knows of one request, from its entry to its answer. The model in it was read once; all steps place by
/// that and no other.
/// </summary>
internal sealed class Exchange(GatewayModel model, RouteModel route, DateTimeOffset now, long startedAt)
{
    public GatewayModel Model { get; } = model;

    /// <summary>The route as YARP matched it: legacy's side.</summary>
    public RouteModel Legacy { get; } = route;

    public string RouteId => Legacy.Config.RouteId;

    /// <summary>Null where the route belongs to no group.</summary>
    public GroupedRoute? Route { get; } = model.Routes.GetValueOrDefault(route.Config.RouteId);

    public RoutePlacement? Rules { get; } = model.Table.Routes.GetValueOrDefault(route.Config.RouteId);

    /// <summary>What holds for the route on both sides; null where nothing does.</summary>
    public RouteRules? RouteRules { get; } = model.RouteRules?.GetValueOrDefault(route.Config.RouteId);

    public DateTimeOffset Now { get; } = now;

    public long Milliseconds => Now.ToUnixTimeMilliseconds();

    /// <summary>A timestamp of the <see cref="TimeProvider"/>.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>The hub's cookie as it came and as it will go back; null where there was none and none is wanted.</summary>
    public HubCookie? Cookie { get; set; }

    /// <summary>A client with a bearer token and without our cookie: control's store holds what a cookie would.</summary>
    public bool Cookieless { get; set; }

    /// <summary>The key that the request is placed by.</summary>
    public CustomerKey Key { get; set; }

    public Session Session { get; set; }

    /// <summary>What legacy said of the session; null where it wasn't asked.</summary>
    public SessionAnswer? Answer { get; set; }

    public string? Account => Answer?.Account;

    /// <summary>The business key that the request carried, <c>order 4711</c>; for the ledger.</summary>
    public string? BusinessKey { get; set; }

    /// <summary>Who calls, by API key or token; null where the route asks nobody.</summary>
    public string? Consumer { get; set; }

    public bool UnknownBusinessKey { get; set; }

    /// <summary>The side that a cache in front asks for, on a route that it keeps by header.</summary>
    public Side? AskedSide { get; set; }

    public Placement.Placement Placement { get; set; }

    /// <summary>It was handed to its side.</summary>
    public bool Sent { get; set; }

    /// <summary>How it stands in the group's figures.</summary>
    public Counted Counted { get; set; }

    /// <summary>What the ledger keeps it for, beside errors and samples: <c>303</c>, <c>carry</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>Too many, not let in, or of a version that has ended: no side has seen the request, so nothing follows from it.</summary>
    public bool Refused => Kind is Refusals.Limited or Refusals.Full or Refusals.NotLetIn or Refusals.Ended;

    /// <summary>Whose turn it is when the shop is full; set where there are limits.</summary>
    public Priority Priority { get; set; }

    /// <summary>Since when its customer wants in, in milliseconds since 1970; set where there are limits.</summary>
    public long WaitsSince { get; set; }

    public static Exchange Of(HttpContext context) => context.Features.GetRequiredFeature<Exchange>();

    public static bool IsUnsafe(string method) =>
        !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method));
}
