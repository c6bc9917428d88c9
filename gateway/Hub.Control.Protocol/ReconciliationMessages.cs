using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>Compares the books of a day: <c>POST /api/reconciliations</c>.</summary>
/// <param name="Day">In the zone of <c>Orders.TimeZone</c>: orders that were placed on it.</param>
/// <param name="Channel">One channel; null: all.</param>
public sealed record StartReconciliation(DateOnly Day, string? Channel = null);

/// <summary>What shop, ERP, carrier and marketplaces hold of a day's orders, and where they differ: <c>GET /api/reconciliations/{id}</c>.</summary>
/// <param name="Zone">The zone whose day it is.</param>
/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Complete">False: a side could not be asked at all, so that it was not compared.</param>
/// <param name="Problem">Why it failed.</param>
/// <param name="Notes">What could not be compared, or only in part, and why.</param>
public sealed record ReconciliationView(
    string Id,
    DateOnly Day,
    string Zone,
    DateTimeOffset From,
    DateTimeOffset Until,
    string? Channel,
    string State,
    ImmutableArray<ReconciledSum> Sums,
    ImmutableArray<OrderDifference> Differences,
    ImmutableArray<string> Notes,
    bool Complete = true,
    string? Problem = null);

/// <summary>The day's orders of a channel in a currency, as each side counts them itself.</summary>
/// <param name="Shop">What the hub received from the shop, or fetched and entered there.</param>
/// <param name="Erp">Sales that are not cancelled.</param>
/// <param name="Carrier">Orders with a label that was not given back; it has no sum.</param>
/// <param name="Marketplace">Null: the channel is no marketplace's.</param>
public sealed record ReconciledSum(
    string Channel, string Currency, SideSum Shop, SideSum? Erp, SideSum? Carrier, SideSum? Marketplace);

/// <param name="Sum">Null where the side tells none.</param>
public sealed record SideSum(int Count, decimal? Sum);

/// <summary>A difference, and what it points to.</summary>
/// <param name="Key">The order's: <c>channel/id</c>; of what no order explains the reference as it stands there.</param>
/// <param name="Side"><c>shop</c>, <c>erp</c>, <c>carrier</c> or <c>marketplace</c>: where it is.</param>
/// <param name="What">A clause: <c>no sale</c>.</param>
/// <param name="PointsTo">
/// <c>parked</c>, <c>dead letter</c>, <c>under way</c>, <c>before the intake</c>, <c>old export</c>, <c>voided label</c>, <c>cancelled</c>, <c>not asked</c> or <c>unexplained</c>.
/// </param>
/// <param name="Detail">The reason, as the order or the other system says it.</param>
public sealed record OrderDifference(string Key, string Side, string What, string PointsTo, string? Detail);
