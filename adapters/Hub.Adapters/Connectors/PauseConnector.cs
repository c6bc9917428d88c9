using Hub.Adapters.Orders;
using Hub.Control.Protocol;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Connectors;

/// <summary><c>POST /api/connectors/pause | resume</c>. What is under way is finished; what waits is not given up for the time of the pause.</summary>
internal static class PauseConnector
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/connectors/pause", (
            ChangeConnector request, ConnectorSet connectors, PausedConnectors paused, IProcessStore store, TimeProvider time, CancellationToken cancellationToken) =>
            ChangeAsync(request, new Pause(request.By, time.GetUtcNow(), request.Reason), connectors, paused, store, cancellationToken));
        api.MapPost("/connectors/resume", (
            ChangeConnector request, ConnectorSet connectors, PausedConnectors paused, IProcessStore store, CancellationToken cancellationToken) =>
            ChangeAsync(request, null, connectors, paused, store, cancellationToken));
    }

    private static async Task<IResult> ChangeAsync(
        ChangeConnector request, Pause? pause, ConnectorSet connectors, PausedConnectors paused, IProcessStore store, CancellationToken cancellationToken)
    {
        if (connectors.Find(request.Connector) is not { } connector)
        {
            return ConnectorEndpoints.NoSuchConnector(request.Connector, connectors);
        }

        var name = connector.Config.Name;
        if (paused.Find(name) is var before && before is null == pause is null)
        {
            return Results.Problem(
                title: $"{name} stays as it is", detail: before is null ? "It is not paused." : $"It is {before}. To do: hub connector resume {name}",
                statusCode: StatusCodes.Status409Conflict);
        }

        if (pause is null)
        {
            // order matters: patience counts anew before anything may be tried, and given up
            await store.RenewPatienceAsync(
                [.. (await store.GetLanesAsync(cancellationToken)).Where(lane => connectors.OfLane(lane) == connector)], cancellationToken);
        }

        await paused.ChangeAsync(name, pause, cancellationToken);
        store.Wake();
        return TypedResults.Ok(ConnectorEndpoints.View(connector, paused, await store.CountWaitingAsync(cancellationToken)));
    }
}
