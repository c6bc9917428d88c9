using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>What planes answer themselves, so that page and CLI know one address.</summary>
internal static class ForwardEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ListDatasetsEndpoint.Map(app);
        Get<DatasetView>(app, "/api/datasets/{dataset}", "migration");
        DatasetEndpoints.Map(app);

        // Rows of the shop, and masking knows only what the config names: an operator's.
        app.MapGet("/api/datasets/{dataset}/preview", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "migration"))
            .Allow(Role.Operator).Produces<DatasetPreview>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        Get<ImmutableArray<OrderView>>(app, "/api/orders", "adapters");
        Get<OrderDetail>(app, "/api/orders/{channel}/{id}", "adapters");
        OrderEndpoints.Map(app);

        // It changes nothing and costs calls of the vendors' limits: an operator's.
        app.MapPost("/api/reconciliations", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "adapters"))
            .Allow(Role.Operator).Accepts<StartReconciliation>("application/json").Produces<ReconciliationView>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        Get<ImmutableArray<ChannelView>>(app, "/api/channels", "adapters");
        Get<ReconciliationView>(app, "/api/reconciliations/{id}", "adapters");
        StockEndpoints.Map(app);
        Get<ImmutableArray<DeadLetterView>>(app, "/api/deadletters", "adapters");
        Get<DeadLetterDetail>(app, "/api/deadletters/{id:long}", "adapters");
        Get<ImmutableArray<ConnectorView>>(app, "/api/connectors", "adapters");
        Get<ConnectorView>(app, "/api/connectors/{connector}", "adapters");
        ConnectorEndpoints.Map(app);
        ReferenceEndpoints.Map(app);
        PersonalEndpoints.Map(app);

        // The migration plane's outbox; only planes post it.
        app.MapPost("/api/orders", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "adapters"))
            .Allow(Role.Plane).Accepts<OutboxMessage>("application/json").Produces(StatusCodes.Status204NoContent);
        app.MapPost("/api/explain", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "gateway"))
            .Allow(Role.Viewer).Accepts<ExplainRequest>("application/json").Produces<ExplainView>();
        app.MapGet("/api/slugs/{table}", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "migration")).Allow(Role.Plane);
        app.MapPost("/api/groups/{group}/crawl", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "gateway"))
            .Allow(Role.Operator).Accepts<CrawlGroup>("application/json").Produces<CrawlView>(StatusCodes.Status202Accepted);
        ListRequestsEndpoint.Map(app);
        DiffEndpoints.Map(app);
        ListConsumersEndpoint.Map(app);
        ListTrafficEndpoint.Map(app);
        OpenProbeEndpoint.Map(app);
    }

    internal static void Get<T>(IEndpointRouteBuilder app, string path, string role) =>
        app.MapGet(path, (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, role))
            .Allow(Role.Viewer).Produces<T>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
