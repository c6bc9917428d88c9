using Hub.Gateway;
using Hub.Gateway.Access;
using Hub.Gateway.Boundary;
using Hub.Gateway.Boundary.Probing;
using Hub.Gateway.Customers;
using Hub.Gateway.Discovering;
using Hub.Gateway.Documents;
using Hub.Gateway.Explaining;
using Hub.Gateway.Identity;
using Hub.Gateway.Limits;
using Hub.Gateway.Mirroring.Crawling;
using Hub.Gateway.Mirroring.Diffs;
using Hub.Gateway.Pages;
using Hub.Gateway.Placing;
using Hub.Gateway.Rollbacks;
using Hub.Gateway.Slugs;
using Hub.Gateway.Versions;
using Hub.Planes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the gateway plane into an application.</summary>
public static class HubGatewayApplicationBuilderExtensions
{
    /// <summary>Everything between a request and its side; ends in YARP. Endpoints of the application's own come first.</summary>
    public static WebApplication UseHubGateway(this WebApplication app)
    {
        var state = app.Services.GetRequiredService<GatewayState>();
        // Before a first document nothing is known of the shop: a 404 would tell crawlers that its pages are gone.
        app.Use((context, next) => state.Model?.Document.Root is null && context.GetEndpoint() is null ? WaitForRevision(context) : next(context));
        JwksEndpoint.Map(app);
        FormTokens.Map(app);
        var link = app.Services.GetService<PlaneLink>();
        var watches = app.Services.GetRequiredService<TrafficWatches>();
        app.MapReverseProxy(proxy =>
        {
            // Order matters: what may pass, how much of it, whose it is, where it goes, and then YARP's own steps for that side.
            if (link is not null)
            {
                proxy.Use((context, next) => link.Ready.IsCompleted ? next(context) : WaitForControl(link, context, next));
            }

            proxy.Use((context, next) => watches.Watching ? watches.SeeAsync(context, next) : next(context));
            proxy.UseMiddleware<BoundaryMiddleware>();
            proxy.UseMiddleware<LimitsMiddleware>();
            proxy.UseMiddleware<AccessMiddleware>();
            proxy.UseMiddleware<VersionMiddleware>();
            proxy.UseMiddleware<CustomersMiddleware>();
            proxy.UseMiddleware<PlacingMiddleware>();
            proxy.UseMiddleware<SideSeatsMiddleware>();
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        }).ConfigureEndpoints((endpoint, route) => SlugRoutes.Mark(endpoint, route, app.Services));
        app.Services.GetRequiredService<Prediction>().MatchBy(app);
        return app;
    }

    /// <summary>
    /// The plane's part of the API, its health and its own rollback. They answer on the private listeners of
    /// <see cref="GatewayOptions"/> and nowhere else.
    /// </summary>
    public static IEndpointRouteBuilder MapHubGatewayApi(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetService<PlaneLink>() is null)
        {
            // Served alone: there is no control that would ask.
            return endpoints;
        }

        var api = endpoints.MapGroup("").WithMetadata(PrivateListener.Api);
        api.MapPlaneHealth();
        JwksEndpoint.Map(api);
        ConsumersEndpoint.Map(api).RequirePlaneToken();
        ExplainEndpoint.Map(api).RequirePlaneToken();
        RequestsEndpoint.Map(api).RequirePlaneToken();
        TrafficEndpoint.Map(api).RequirePlaneToken();
        ProbeEndpoint.Map(api).RequirePlaneToken();
        DiffEndpoints.MapList(api).RequirePlaneToken();
        DiffEndpoints.MapShow(api).RequirePlaneToken();
        CrawlEndpoint.Map(api).RequirePlaneToken();
        RollbackEndpoint.Map(endpoints).WithMetadata(PrivateListener.Rollback);
        return endpoints;
    }

    // A starting plane's copy may be older than a flip that was acknowledged without it (SAFETY.md 11).
    private static async Task WaitForControl(PlaneLink link, HttpContext context, RequestDelegate next)
    {
        await link.Ready.WaitAsync(context.RequestAborted);
        await next(context);
    }

    private static Task WaitForRevision(HttpContext context) =>
        ShopPages.Default.WriteAsync(context, ShopPage.Unavailable, StatusCodes.Status503ServiceUnavailable, seconds: 1,
            why: "The gateway has no document yet: it waits for its control plane, or nothing was applied there (hub apply).");
}
