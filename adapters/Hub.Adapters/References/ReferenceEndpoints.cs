using System.Collections.Immutable;
using System.Text;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Connectors.References;
using Hub.Control.Protocol;
using Hub.Orders;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.References;

/// <summary><c>/api/xref</c>: what each connector's vendor calls the things of shop and channels (docs/operate/xref.md).</summary>
internal static class ReferenceEndpoints
{
    private const int MostRead = 10_000;
    private const int MostNamed = 20;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/xref", async (ReferenceTables tables, ConnectorSet connectors, IProcessStore store, CancellationToken cancellationToken) =>
            await ViewAsync(tables, connectors, store, null, cancellationToken));
        api.MapGet("/xref/{connector}", (string connector, ReferenceTables tables, ConnectorSet connectors, string? table = null) =>
            Rows(tables, connector, table) is var rows && rows.IsEmpty && connectors.Find(connector) is null
                ? NoSuchConnector(connector, connectors)
                : TypedResults.Ok(rows.Select(row => new ReferenceView(row.List, row.Key, row.Value))));
        api.MapGet("/xref/{connector}/csv", (string connector, ReferenceTables tables, ConnectorSet connectors, string? table = null) =>
            Rows(tables, connector, table) is var rows && rows.IsEmpty && connectors.Find(connector) is null
                ? NoSuchConnector(connector, connectors)
                : Results.Text(ReferenceCsv.Write(rows), "text/csv", Encoding.UTF8));
        api.MapPost("/xref/set", SetAsync);
        api.MapPost("/xref/remove", RemoveAsync);
        api.MapPost("/xref/import", ImportAsync);
    }

    private static Task<IResult> SetAsync(
        ChangeReference request, IReferenceStore store, IProcessStore orders, ReferenceTables tables, ConnectorSet connectors, CancellationToken cancellationToken)
    {
        var row = new ReferenceRow(ReferenceTables.Owner(request.Connector), request.Table, request.Key, request.Value ?? "");
        return ReferenceCsv.Problem(row.List, row.Key, row.Value) is { } problem
            ? Task.FromResult(Refuse($"The row of {request.Connector} is not taken", $"{problem}.", StatusCodes.Status400BadRequest))
            : ChangeAsync(request.Connector, new ReferenceChange([row], []), store, orders, tables, connectors, cancellationToken);
    }

    private static async Task<IResult> RemoveAsync(
        ChangeReference request, IReferenceStore store, IProcessStore orders, ReferenceTables tables, ConnectorSet connectors, CancellationToken cancellationToken)
    {
        var owner = ReferenceTables.Owner(request.Connector);
        var changed = await store.ChangeReferencesAsync(new ReferenceChange([], [new ReferenceRow(owner, request.Table, request.Key, "")]), cancellationToken);
        await tables.ReadAsync(cancellationToken);
        return changed == 0
            ? Refuse(
                $"{request.Connector} has no row '{request.Key}' in its table '{request.Table}'", $"hub xref show {request.Connector} lists its rows.",
                StatusCodes.Status404NotFound)
            : TypedResults.Ok(new ReferenceAnswer(changed, await ViewAsync(tables, connectors, orders, request.Connector, cancellationToken)));
    }

    private static async Task<IResult> ImportAsync(
        ImportReferences request, IReferenceStore store, IProcessStore orders, ReferenceTables tables, ConnectorSet connectors, CancellationToken cancellationToken)
    {
        var owner = ReferenceTables.Owner(request.Connector);
        var (rows, problems) = ReferenceCsv.Read(owner, request.Csv);
        return problems.IsEmpty
            ? await ChangeAsync(
                request.Connector, new ReferenceChange(rows, []) { Replaced = request.Replace ? owner : null }, store, orders, tables, connectors, cancellationToken)
            : Refuse($"No row was taken for {request.Connector}", string.Join(".\n", problems) + ".", StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ChangeAsync(
        string connector, ReferenceChange change, IReferenceStore store, IProcessStore orders, ReferenceTables tables, ConnectorSet connectors,
        CancellationToken cancellationToken)
    {
        if (connectors.Find(connector) is null)
        {
            return NoSuchConnector(connector, connectors);
        }

        var changed = await store.ChangeReferencesAsync(change, cancellationToken);
        await tables.ReadAsync(cancellationToken);
        return TypedResults.Ok(new ReferenceAnswer(changed, await ViewAsync(tables, connectors, orders, connector, cancellationToken)));
    }

    /// <summary>Every table that has rows, or that an order waits for; of one connector all tables.</summary>
    private static async Task<ImmutableArray<ReferenceTableView>> ViewAsync(
        ReferenceTables tables, ConnectorSet connectors, IProcessStore store, string? connector, CancellationToken cancellationToken)
    {
        var (_, parked) = await store.ListInAsync(OrderDefinition.Name, OrderStatus.Parked.Text(), DateTimeOffset.UnixEpoch, MostRead, cancellationToken);
        var missing = parked.SelectMany((order, at) => OrderDefinition.ReadState(order.State).Standstills
                .Select(standstill => standstill.Missing).OfType<MissingRow>().Select(row => (Order: at, Table: (Connector: ReferenceTables.Owner(row.Connector), row.Table), row.Key)))
            .ToLookup(row => row.Table);
        var rows = tables.Rows.CountBy(row => (Connector: row.Owner, Table: row.List)).ToDictionary();
        var owner = connector is null ? null : ReferenceTables.Owner(connector);
        var shown = owner is null ? rows.Keys.Union(missing.Select(table => table.Key)) : CrossReferences.Tables.Select(table => (Connector: owner, Table: table));
        return
        [
            .. shown.Order().Select(table => new ReferenceTableView(
                connectors.Find(table.Connector)?.Config.Name ?? table.Connector, table.Table, rows.GetValueOrDefault(table),
                missing[table].DistinctBy(row => row.Order).Count())
            {
                Missing = [.. missing[table].Select(row => row.Key).Distinct().Order(StringComparer.Ordinal).Take(MostNamed)],
            }),
        ];
    }

    private static ImmutableArray<ReferenceRow> Rows(ReferenceTables tables, string connector, string? table) =>
    [
        .. tables.Rows.Where(row => row.Owner == ReferenceTables.Owner(connector) && (table is null || row.List == table)),
    ];

    private static IResult NoSuchConnector(string name, ConnectorSet connectors) => ConnectorEndpoints.NoSuchConnector(name, connectors);

    private static IResult Refuse(string what, string why, int status) => Results.Problem(title: what, detail: why, statusCode: status);
}
