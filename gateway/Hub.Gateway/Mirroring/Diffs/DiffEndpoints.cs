using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Mirroring.Diffs;

/// <summary><c>GET /api/diffs</c> and <c>GET /api/diffs/{id}</c>: this plane's own.</summary>
internal static class DiffEndpoints
{
    public static IEndpointConventionBuilder MapList(IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        "/api/diffs", (DiffStore diffs, string? group, string? route, string? field) => TypedResults.Ok(diffs.List(group, route, field)));

    public static IEndpointConventionBuilder MapShow(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/api/diffs/{id}", Show);

    private static Results<Ok<Control.Protocol.DiffView>, NotFound> Show(string id, DiffStore diffs) =>
        diffs.Find(id) is { } view ? TypedResults.Ok(view) : TypedResults.NotFound();
}
