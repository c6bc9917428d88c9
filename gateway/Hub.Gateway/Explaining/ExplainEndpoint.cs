using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Gateway.Explaining;

/// <summary><c>POST /api/explain</c>: an answered request by its id, or what would become of one.</summary>
internal static class ExplainEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/api/explain", HandleAsync);

    private static async Task<Results<Ok<ExplainView>, ProblemHttpResult>> HandleAsync(
        ExplainRequest request, RequestIds ids, Prediction prediction, GatewayState state)
    {
        if (request.Id is { } id)
        {
            return ids.Open(id) is { } facts
                ? TypedResults.Ok(new ExplainView(
                    facts.Route, facts.Group, Words.Of(facts.Side), Words.Of(facts.Reason),
                    Words.Sentence(facts.Reason, facts.Side, facts.Group), facts.Revision, facts.Plane, facts.At))
                : TypedResults.Problem(
                    title: "This is no request id of this hub",
                    detail: "An id is the value of the response header Hub-Request-Id, whole. One of a hub with another store can't be read here.",
                    statusCode: StatusCodes.Status400BadRequest);
        }

        if (request.Path is not { } path || !path.StartsWith('/'))
        {
            return TypedResults.Problem(
                title: "Nothing to explain was given",
                detail: "Give the id of an answered request, or a method and a path that begins with '/'.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        if (state.Model is null)
        {
            return TypedResults.Problem(
                title: "This plane has no revision yet", detail: "It waits for control; ask again in a moment.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return await prediction.OfAsync(request, path) is { } view
            ? TypedResults.Ok(view)
            : TypedResults.Problem(
                title: $"No route matches {request.Method ?? "GET"} {path}",
                detail: "The gateway would answer 404. Routes stand in the section ReverseProxy of the config; hosts and headers count too.",
                statusCode: StatusCodes.Status404NotFound);
    }
}

/// <summary><c>GET /api/requests</c>: the ledger, newest first.</summary>
internal static class RequestsEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        "/api/requests",
        (Ledger ledger, string? customer, string? order, string? address, DateTimeOffset? since) =>
            TypedResults.Ok(ledger.Find(customer, order, address, since)));
}
