using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>The ledgers of all gateway planes as one, the newest first.</summary>
internal static class ListRequestsEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/requests", HandleAsync).Allow(Role.Viewer);

    // The filters are the gateways' to read; they are named here for the OpenAPI document.
    private static async Task<Results<Ok<ImmutableArray<LedgerEntry>>, ProblemHttpResult>> HandleAsync(
        HttpContext http, PlaneCalls calls, PlaneRegistry planes, TimeProvider time,
        string? customer = null, string? order = null, string? address = null, DateTimeOffset? since = null)
    {
        var gateways = planes.Live("gateway");
        if (gateways.IsEmpty)
        {
            return PlaneCalls.None("gateway").ToProblem();
        }

        var answers = await Task.WhenAll(gateways.Select(plane => AskAsync(plane, http, calls, time)));
        var silent = gateways.Where((_, i) => answers[i].IsDefault).ToList();
        if (silent.Count == gateways.Length)
        {
            return PlaneCalls.NoAnswer(silent[0], "its ledger can't be read").ToProblem();
        }

        if (silent.Count > 0)
        {
            http.Response.Headers["Hub-Incomplete"] = string.Join(", ", silent.Select(plane => plane.Name));
        }

        return TypedResults.Ok(answers.Where(answer => !answer.IsDefault).SelectMany(answer => answer)
            .OrderByDescending(entry => entry.At).ToImmutableArray());
    }

    private static async Task<ImmutableArray<LedgerEntry>> AskAsync(PlaneEntry plane, HttpContext http, PlaneCalls calls, TimeProvider time)
    {
        try
        {
            return await calls.GetAsync<ImmutableArray<LedgerEntry>>(
                plane, $"/api/requests{http.Request.QueryString}", Patience, time, http.RequestAborted);
        }
        catch (HttpRequestException)
        {
            // Named in the answer's Hub-Incomplete.
            return default;
        }
    }
}
