using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Access;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>
/// Draws a token for a probe through the shop's public address and tells all gateways its hash. What they say to its bearer
/// shows addresses of the shop's machines: an operator's.
/// </summary>
internal static class OpenProbeEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/probes", HandleAsync).Allow(Role.Operator);

    private static async Task<Results<Ok<ProbeView>, ProblemHttpResult>> HandleAsync(
        HttpContext http, PlaneCalls calls, PlaneRegistry planes, TimeProvider time)
    {
        var gateways = planes.Live("gateway");
        if (gateways.IsEmpty)
        {
            return PlaneCalls.None("gateway").ToProblem();
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var probe = new OpenProbe(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var endsAt = time.GetUtcNow() + Probe.Lifetime;
        var problems = await Task.WhenAll(gateways.Select(async plane =>
        {
            try
            {
                await calls.PostAsync(plane, "/api/probes", probe, Patience, time, http.RequestAborted);
                return null;
            }
            catch (HttpRequestException e)
            {
                return e.StatusCode == HttpStatusCode.TooManyRequests
                    ? $"{Probe.MostOpen} probes are open there; one ends after {Probe.Lifetime.TotalSeconds:0} s"
                    : e.Message;
            }
        }));
        var known = gateways.Where((_, i) => problems[i] is null).Select(plane => plane.Name).ToImmutableArray();
        return known.IsEmpty
            ? PlaneCalls.NoAnswer(gateways[0], problems[0]!).ToProblem()
            : TypedResults.Ok(new ProbeView(
                token, endsAt, known,
                [.. gateways.Select((plane, i) => (plane.Name, Problem: problems[i])).Where(plane => plane.Problem is not null)
                    .Select(plane => $"{plane.Name} ({plane.Problem})")]));
    }
}
