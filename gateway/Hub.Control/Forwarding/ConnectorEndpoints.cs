using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary><c>hub connector check | pause | resume | preview</c>: the adapters plane does it.</summary>
internal static class ConnectorEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        Change(app, "pause", "paused");
        Change(app, "resume", "works again");

        // A check calls the vendor, and a preview shows a customer: an operator's.
        Get(app, "check").Produces<ConnectorCheckView>();
        Get(app, "preview").Produces<ConnectorPreview>();
    }

    private static void Change(IEndpointRouteBuilder app, string verb, string after) => ForwardedWrite.Map<ChangeConnector>(
        app, $"/api/connectors/{verb}", "adapters", (request, caller) => request with { By = caller.Name },
        (request, _) => new AuditedWrite($"connector {verb}", request.Connector, request.Reason, after)).Produces<ConnectorView>();

    private static RouteHandlerBuilder Get(IEndpointRouteBuilder app, string verb) =>
        app.MapGet($"/api/connectors/{{connector}}/{verb}", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "adapters"))
            .Allow(Role.Operator).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
