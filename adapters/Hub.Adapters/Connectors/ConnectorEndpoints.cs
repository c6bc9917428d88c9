using Hub.Adapters.Orders;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Connectors;

/// <summary><c>/api/connectors</c>.</summary>
internal static class ConnectorEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/connectors", async (ConnectorSet connectors, PausedConnectors paused, IProcessStore store, CancellationToken cancellationToken) =>
        {
            var waiting = await store.CountWaitingAsync(cancellationToken);
            return connectors.All.Select(connector => View(connector, paused, waiting));
        });
        api.MapGet("/connectors/{name}", async (string name, ConnectorSet connectors, PausedConnectors paused, IProcessStore store, CancellationToken cancellationToken) =>
            connectors.Find(name) is { } connector
                ? TypedResults.Ok(View(connector, paused, await store.CountWaitingAsync(cancellationToken)))
                : NoSuchConnector(name, connectors));
        api.MapGet("/connectors/{name}/check", async (string name, ConnectorSet connectors, CheckConnector check, CancellationToken cancellationToken) =>
            connectors.Find(name) is { } connector ? TypedResults.Ok(await check.HandleAsync(connector, cancellationToken)) : NoSuchConnector(name, connectors));
        api.MapGet("/connectors/{name}/preview", PreviewAsync);
        PauseConnector.Map(api);
    }

    private static async Task<IResult> PreviewAsync(
        string name, ConnectorSet connectors, PreviewConnector preview, IProcessStore store, CancellationToken cancellationToken, string? order = null)
    {
        if (connectors.Find(name) is not { } connector)
        {
            return NoSuchConnector(name, connectors);
        }

        var process = order is null
            ? (await store.ListAsync(OrderDefinition.Name, 1, cancellationToken)).FirstOrDefault()
            : await store.FindAsync(OrderDefinition.Name, order, cancellationToken);
        return process is null
            ? order is null ? Results.Problem(title: "There is no order yet", detail: "A preview needs one.", statusCode: StatusCodes.Status404NotFound) : OrderEndpoints.NoSuchOrder(order)
            : await preview.HandleAsync(connector, OrderDefinition.ReadState(process.State), cancellationToken) is { } previewed
                ? TypedResults.Ok(previewed)
                : Results.Problem(
                    title: $"{connector.Config.Name} is sent nothing for an order",
                    detail: "It books, ships, enters and confirms none, and keeps no contacts.", statusCode: StatusCodes.Status409Conflict);
    }

    public static IResult NoSuchConnector(string name, ConnectorSet connectors) => Results.Problem(
        title: $"There is no connector '{name}'",
        detail: connectors.All.Any()
            ? $"The config has: {string.Join(", ", connectors.All.Select(known => known.Config.Name))}."
            : "The config has none: add one under Hub.Connectors.",
        statusCode: StatusCodes.Status404NotFound);

    public static ConnectorView View(Connector connector, PausedConnectors paused, IReadOnlyDictionary<string, long> waiting)
    {
        var last = connector.Calls.Last;
        return new ConnectorView(
            connector.Config.Name,
            connector.Config.Vendor.Name,
            connector.Config.Vendor.Capability,
            paused.Find(connector.Config.Name) is not null ? "paused" : last is null ? "idle" : last.Failed ? "failing" : "up",
            connector.Config.Options.Address!,
            connector.Calls.Calls,
            connector.Calls.Failures,
            last?.At,
            last?.LastError,
            Effects(connector).Sum(effect => waiting.GetValueOrDefault(effect)),
            paused.Find(connector.Config.Name)?.ToString());
    }

    private static IEnumerable<string> Effects(Connector connector)
    {
        if (connector.Find<IOrderEntry>() is not null)
        {
            yield return nameof(Hub.Orders.EnterOrder);
        }

        if (connector.Find<IContactBook>() is not null)
        {
            yield return nameof(Hub.Orders.UpsertContact);
        }

        if (connector.Find<IOrderBooking>() is not null)
        {
            yield return nameof(Hub.Orders.BookOrder);
        }

        if (connector.Find<IShipmentBooking>() is not null)
        {
            yield return nameof(Hub.Orders.BookShipment);
        }

        if (connector.Find<IOrderConfirmation>() is not null)
        {
            yield return nameof(Hub.Orders.ConfirmShipment);
        }
    }
}
