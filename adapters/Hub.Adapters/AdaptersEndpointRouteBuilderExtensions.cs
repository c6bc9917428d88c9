using Hub.Adapters.Channels;
using Hub.Adapters.Connectors;
using Hub.Adapters.Customers;
using Hub.Adapters.DeadLetters;
using Hub.Adapters.Orders;
using Hub.Adapters.Reconciling;
using Hub.Adapters.References;
using Hub.Adapters.Stock;
using Hub.Adapters.Webhooks;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters;

/// <summary>Maps the adapters plane's part of the API.</summary>
public static class AdaptersEndpointRouteBuilderExtensions
{
    /// <summary>
    /// <c>/api/orders</c>, <c>/api/stock</c>, <c>/api/prices</c>, <c>/api/customers</c>, <c>/api/deadletters</c>, <c>/api/reconciliations</c>, <c>/api/channels</c>, <c>/api/connectors</c> and <c>/api/xref</c>,
    /// behind the plane's token;
    /// <c>/webhooks</c> and its health, open.
    /// </summary>
    public static IEndpointRouteBuilder MapHubAdapters(this IEndpointRouteBuilder app)
    {
        app.MapPlaneHealth();
        var api = app.MapGroup("/api").RequirePlaneToken();
        OrderEndpoints.Map(api);
        ChangeOrderEndpoints.Map(api);
        StockEndpoints.Map(api);
        CustomerEndpoint.Map(api);
        DeadLetterEndpoints.Map(api);
        ReconciliationEndpoints.Map(api);
        ChannelEndpoints.Map(api);
        ConnectorEndpoints.Map(api);
        ReferenceEndpoints.Map(api);
        PersonalEndpoints.Map(api);
        ReceiveWebhook.Map(app);
        return app;
    }
}
