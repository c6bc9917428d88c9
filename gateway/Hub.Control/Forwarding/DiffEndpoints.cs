using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>
/// The diffs of all gateway planes as one: kinds are summed, a pair is shown by the plane that has it. They hold what
/// masking does not know: an operator's, not a viewer's.
/// </summary>
internal static class DiffEndpoints
{
    private const int MostShown = 200, SamplesOfKind = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/diffs", ListAsync).Allow(Role.Operator);
        app.MapGet("/api/diffs/{id}", ShowAsync).Allow(Role.Operator);
    }

    // The filters are the gateways' to read; they are named here for the OpenAPI document.
    private static async Task<Results<Ok<ImmutableArray<DiffKind>>, ProblemHttpResult>> ListAsync(
        HttpContext http, PlaneCalls calls, TimeProvider time, string? group = null, string? route = null, string? field = null)
    {
        var answers = await calls.AskGatewaysAsync<ImmutableArray<DiffKind>>(http, $"/api/diffs{http.Request.QueryString}", "its diffs can't be read", time);
        if (answers.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        return TypedResults.Ok(Merge(answers.Value.SelectMany(answer => answer)));
    }

    internal static ImmutableArray<DiffKind> Merge(IEnumerable<DiffKind> kinds) =>
    [
        .. kinds.GroupBy(kind => (kind.Group, kind.Route, kind.Field)).Select(same =>
        {
            var newest = same.OrderByDescending(kind => kind.LastAt).ToList();
            return newest[0] with
            {
                Count = same.Sum(kind => kind.Count),
                Samples = [.. newest.SelectMany(kind => kind.Samples).Take(SamplesOfKind)],
            };
        }).OrderByDescending(kind => kind.Strict).ThenByDescending(kind => kind.Count).Take(MostShown),
    ];

    private static async Task<Results<Ok<DiffView>, ProblemHttpResult>> ShowAsync(
        string id, HttpContext http, PlaneCalls calls, PlaneRegistry planes, TimeProvider time)
    {
        var gateways = planes.Live("gateway");
        if (gateways.IsEmpty)
        {
            return PlaneCalls.None("gateway").ToProblem();
        }

        var answers = await Task.WhenAll(gateways.Select(plane =>
            AskAsync<DiffView>(plane, $"/api/diffs/{Uri.EscapeDataString(id)}", http, calls, time)));
        return answers.FirstOrDefault(answer => answer is not null) is { } view
            ? TypedResults.Ok(view)
            : Refusal.NotFound(
                $"There is no diff '{id}'",
                "No gateway plane that answers has it. Diffs are a ring: older ones go. Newer ones: hub diff list").ToProblem();
    }

    private static async Task<T?> AskAsync<T>(PlaneEntry plane, string path, HttpContext http, PlaneCalls calls, TimeProvider time)
    {
        try
        {
            return await calls.GetAsync<T>(plane, path, Patience, time, http.RequestAborted);
        }
        catch (HttpRequestException)
        {
            // It does not answer, or has no such diff; the caller tells which.
            return default;
        }
    }
}
