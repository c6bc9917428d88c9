using Hub.Adapters.Connectors;
using Hub.Adapters.DeadLetters;
using Hub.Adapters.Orders;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters;

/// <summary>Maps the adapters plane's part of the API.</summary>
public static class AdaptersEndpointRouteBuilderExtensions
{
    /// <summary><c>/api/orders</c>, <c>/api/deadletters</c> and <c>/api/connectors</c>, behind the plane's token, and its health.</summary>
    public static IEndpointRouteBuilder MapHubAdapters(this IEndpointRouteBuilder app)
    {
        app.MapPlaneHealth();
        var api = app.MapGroup("/api").RequirePlaneToken();
        OrderEndpoints.Map(api);
        ChangeOrderEndpoints.Map(api);
        DeadLetterEndpoints.Map(api);
        ConnectorEndpoints.Map(api);
        return app;
    }
}
