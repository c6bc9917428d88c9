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
        api.MapGet("/connectors", async (ConnectorSet connectors, IProcessStore store, CancellationToken cancellationToken) =>
        {
            var waiting = await store.CountWaitingAsync(cancellationToken);
            return connectors.All.Select(connector => View(connector, waiting));
        });
        api.MapGet("/connectors/{name}", async (string name, ConnectorSet connectors, IProcessStore store, CancellationToken cancellationToken) => connectors.Find(name) is { } connector
            ? TypedResults.Ok(View(connector, await store.CountWaitingAsync(cancellationToken)))
            : NoSuchConnector(name, connectors));
    }

    public static IResult NoSuchConnector(string name, ConnectorSet connectors) => Results.Problem(
        title: $"There is no connector '{name}'",
        detail: connectors.All.Any()
            ? $"The config has: {string.Join(", ", connectors.All.Select(known => known.Config.Name))}."
            : "The config has none: add one under Hub.Connectors.",
        statusCode: StatusCodes.Status404NotFound);

    private static ConnectorView View(Connector connector, IReadOnlyDictionary<string, long> waiting)
    {
        var last = connector.Calls.Last;
        return new ConnectorView(
            connector.Config.Name,
            connector.Config.Vendor.Name,
            connector.Config.Vendor.Capability,
            last is null ? "idle" : last.Failed ? "failing" : "up",
            connector.Config.Options.Address!,
            connector.Calls.Calls,
            connector.Calls.Failures,
            last?.At,
            last?.LastError,
            Effects(connector).Sum(effect => waiting.GetValueOrDefault(effect)));
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
