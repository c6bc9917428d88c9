using System.Collections.Immutable;
using Hub.Adapters.Bus;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Adapters.Stock;
using Hub.Configuration;
using Hub.Control.Protocol;

namespace Hub.Adapters;

/// <summary>A new revision: what its document says about connectors, stock, the bus and orders. A wrong one leaves the last good one working.</summary>
internal sealed class TakeRevision(ConnectorSet connectors, StockRoute stock, Intake intake, BusLink bus, RetainOrders retention, AdaptersOptions options)
{
    public ValueTask<ImmutableArray<string>> HandleAsync(Revision revision, CancellationToken cancellationToken)
    {
        var problems = new List<ConfigProblem>();
        if (string.IsNullOrEmpty(revision.Document) || ConfigNode.Read(revision.Document, problems) is not { } root)
        {
            return ValueTask.FromResult(Tell(problems));
        }

        var configs = ConnectorConfigs.Read(root, options.Vendors, problems);
        var orders = OrdersConfig.Read(root, problems);
        var levels = StockConfig.Read(root, problems);
        var wanted = BusConfig.Read(root, options.Buses, problems);
        if (problems.Count == 0)
        {
            // order matters: with the intake known, orders begin to walk
            connectors.Take(configs);
            stock.Take(levels);
            bus.Take(wanted);
            intake.Take(orders);
            retention.Take(orders);
        }

        return ValueTask.FromResult(Tell(problems));
    }

    private static ImmutableArray<string> Tell(List<ConfigProblem> problems) => [.. problems.Select(problem => problem.ToString())];
}
