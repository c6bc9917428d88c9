using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary><c>hub xref</c> and the page's table: the adapters plane keeps the rows.</summary>
internal static class ReferenceEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        Get(app, "/api/xref").Produces<ImmutableArray<ReferenceTableView>>();
        Get(app, "/api/xref/{connector}").Produces<ImmutableArray<ReferenceView>>();
        Get(app, "/api/xref/{connector}/csv").Produces<string>(contentType: "text/csv");
        ForwardedWrite.Map<ChangeReference>(
            app, "/api/xref/set", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite("xref set", Subject(request), request.Reason, request.Value ?? "")).Produces<ReferenceAnswer>();
        ForwardedWrite.Map<ChangeReference>(
            app, "/api/xref/remove", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite("xref remove", Subject(request), request.Reason, "removed")).Produces<ReferenceAnswer>();
        ForwardedWrite.Map<ImportReferences>(
            app, "/api/xref/import", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite(
                "xref import", request.Connector, request.Reason, $"{request.Csv.Length} characters of CSV{(request.Replace ? ", in place of all rows" : "")}"))
            .Produces<ReferenceAnswer>();
    }

    private static RouteHandlerBuilder Get(IEndpointRouteBuilder app, string path) =>
        app.MapGet(path, (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "adapters"))
            .Allow(Role.Viewer).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static string Subject(ChangeReference request) => $"{request.Connector} {request.Table} {request.Key}";
}
