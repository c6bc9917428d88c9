using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary><c>hub stock</c>, and what other systems tell of stock, prices and customers: the adapters plane does it.</summary>
internal static class StockEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ForwardEndpoints.Get<ImmutableArray<ChannelValueView>>(app, "/api/stock", "adapters");
        ForwardEndpoints.Get<StockDetail>(app, "/api/stock/{sku}", "adapters");
        ForwardedWrite.Map<TellStock>(
            app, "/api/stock/tell", "adapters", (request, _) => request,
            (request, _) => new AuditedWrite("stock tell", request.Channel ?? "all channels", null, "told once more")).Produces<StockTold>();

        // A till, a price list or a shop posts thousands: they are no rows of the audit trail.
        Post<TakeStockDelta>(app, "/api/stock/deltas");
        Post<TakePrice>(app, "/api/prices");
        Post<TakeCustomer>(app, "/api/customers");
    }

    private static void Post<T>(IEndpointRouteBuilder app, string path)
        where T : class =>
        app.MapPost(path, (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "adapters"))
            .Allow(Role.Operator).Accepts<T>("application/json").Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
