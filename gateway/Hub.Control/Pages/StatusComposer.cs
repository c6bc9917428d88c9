using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Audit;
using Hub.Control.Caches;
using Hub.Control.Documents;
using Hub.Control.Forwarding;
using Hub.Control.Groups;
using Hub.Control.Notifications;
using Hub.Control.Planes;
using Hub.Control.Plans;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Pages;

/// <summary>What an operator sees first, of CLI and page alike: what stands where, what changed, what is wrong, what to type next.</summary>
internal sealed class StatusComposer(
    RevisionLog revisions, PlaneRegistry planes, AuditTrail audit, PlaneCalls calls, FollowFile file, Purger purger, PlanRunner plans, Notify notify,
    TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/status", async (StatusComposer composer, HttpContext http) =>
        {
            var status = await composer.ComposeAsync(http.RequestAborted);
            IfMatch.SetETag(http, status.Revision);
            return TypedResults.Ok(status);
        }).Allow(Role.Viewer);

    public async Task<StatusView> ComposeAsync(CancellationToken cancellationToken)
    {
        var wanted = revisions.Current;
        var datasets = AskAsync<DatasetView>("migration", "/api/datasets", cancellationToken);
        var connectors = AskAsync<ConnectorView>("adapters", "/api/connectors", cancellationToken);
        var (foundDatasets, datasetProblem) = await datasets;
        var (foundConnectors, connectorProblem) = await connectors;
        var now = time.GetUtcNow();
        var status = new StatusView(
            wanted.Revision.Id, wanted.Revision.FrozenUntil > now ? wanted.Revision.FrozenUntil : null,
            ListGroupsEndpoint.View(wanted, planes, plans), planes.View(), foundDatasets, foundConnectors,
            audit.Read(200, now - Hour), [], []);
        status = status with
        {
            Problems = [.. file.Problems, .. purger.Problems, .. notify.Problems, .. Problems(status), .. datasetProblem, .. connectorProblem],
        };
        return status with { Next = NextSteps.For(status) };
    }

    private static IEnumerable<string> Problems(StatusView status)
    {
        if (status.Planes.All(plane => plane.Role != "gateway" || !plane.Live))
        {
            yield return "no gateway plane is connected: nothing that changes here is served (hub run --roles gateway)";
        }

        foreach (var plane in status.Planes)
        {
            if (!plane.Live)
            {
                yield return $"{plane.Plane} ({plane.Role}) is silent since {plane.LastReport:HH:mm:ss} UTC, may serve revision {plane.Serves}";
            }

            foreach (var problem in plane.Problems)
            {
                yield return $"{plane.Plane}: {problem}";
            }
        }

        foreach (var dataset in status.Datasets)
        {
            foreach (var problem in dataset.Problems)
            {
                yield return $"dataset {dataset.Name}: {problem}";
            }
        }

        foreach (var connector in status.Connectors.Where(connector => connector.Paused is not null))
        {
            yield return $"connector {connector.Name} is {connector.Paused}; {connector.Waiting} waiting; hub connector resume {connector.Name}";
        }

        foreach (var connector in status.Connectors.Where(connector => connector.State == "failing"))
        {
            yield return $"connector {connector.Name} is failing: {connector.LastError ?? "no answer"}; {connector.Waiting} waiting";
        }
    }

    private async Task<(ImmutableArray<T> Views, ImmutableArray<string> Problem)> AskAsync<T>(
        string role, string path, CancellationToken cancellationToken)
    {
        if (planes.Live(role) is not [var plane, ..])
        {
            return ([], []);
        }

        try
        {
            return (await calls.GetAsync<ImmutableArray<T>>(plane, path, Patience, time, cancellationToken), []);
        }
        catch (HttpRequestException e)
        {
            return ([], [$"{plane.Name} ({role}) does not answer {path}: {e.Message}"]);
        }
    }
}
