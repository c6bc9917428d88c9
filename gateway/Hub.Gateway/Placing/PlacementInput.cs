using Hub.Gateway.Health;
using Hub.Placement;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Placing;

/// <summary>Says what is known of a request in placement's words. Does no I/O.</summary>
internal static class PlacementInput
{
    public static PlacementRequest Of(HttpContext context, Exchange exchange, (Pin Journey, Pin Form) pins, WriteMark written) => new()
    {
        Key = exchange.Key,
        UnknownBusinessKey = exchange.UnknownBusinessKey,
        Unsafe = Exchange.IsUnsafe(context.Request.Method),
        Cohorts = exchange.Model.Cohorts.Of(context.Request, exchange.Account),
        Journey = pins.Journey,
        Form = pins.Form,
        Written = written,
        NewUnhealthy = exchange.Rules!.Group.RolledBack && SideHealth.IsDown(exchange.Route!.New.Cluster!),
        Now = exchange.Now.ToUnixTimeSeconds(),
    };

    /// <summary>
    /// What legacy holds for the customer: nothing where there is no session, else what the bridge says. Nothing is known
    /// where the file does not name legacy's session cookies.
    /// </summary>
    public static Holdings Holdings(Exchange exchange)
    {
        if (!exchange.Session.Exists)
        {
            return exchange.Model.Document.Hub.Customer.Cookies.Count > 0 ? Hub.Placement.Holdings.Nothing : Hub.Placement.Holdings.Unknown;
        }

        return exchange.Answer is { Known: true } answer
            && answer.Holds.TryGetValue(exchange.Rules!.HeldDataset!, out var holds)
                ? holds
                : Hub.Placement.Holdings.Unknown;
    }
}
