using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>The ledgers of all gateway planes as one, the newest first.</summary>
internal static class ListRequestsEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/requests", HandleAsync).Allow(Role.Viewer);

    // The filters are the gateways' to read; they are named here for the OpenAPI document.
    private static async Task<Results<Ok<ImmutableArray<LedgerEntry>>, ProblemHttpResult>> HandleAsync(
        HttpContext http, PlaneCalls calls, TimeProvider time,
        string? customer = null, string? order = null, string? address = null, DateTimeOffset? since = null)
    {
        var answers = await calls.AskGatewaysAsync<ImmutableArray<LedgerEntry>>(http, $"/api/requests{http.Request.QueryString}", "its ledger can't be read", time);
        if (answers.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        return TypedResults.Ok(answers.Value.SelectMany(answer => answer)
            .OrderByDescending(entry => entry.At).ToImmutableArray());
    }
}
