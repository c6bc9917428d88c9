using System.Collections.Immutable;
using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Tests.Commands;

/// <summary>What a control would answer.</summary>
internal static class Samples
{
    public static RevisionId Revision { get; } = new("1f2e3d4c", 42);

    public static GroupView Group { get; } = new(
        "catalog", 25m, false, "storefront", ["home", "product-page"], Revision, new ServingView(2, 2, []), Hand.Now, "anna", "first quarter");

    public static DatasetView Dataset { get; } = new(
        "catalog", "legacy", "running", 0.4, 3, Hand.Now,
        [new DatasetTargetView("product", "trail:17", 240, 1, ImmutableSortedDictionary<string, long>.Empty.Add("product", 239))],
        ["product 17 is quarantined"]);

    public static OrderView Order { get; } = new("web/1001", "shipped", Hand.Now, Hand.Now.AddSeconds(3), "12.50 EUR", null);

    public static OrderDetail OrderDetail { get; } = new(
        Order, [new OrderStep(Hand.Now, "book", "booked", 2, "S-7", null)], JsonSerializer.SerializeToElement(new { channel = "web", name = "Jürgen O'Neill & Søn", total = "12.50 €", placedAt = Hand.Now }));

    public static ConnectorView Connector { get; } = new(
        "erp", "town", "erp", "failing", new Uri("http://127.0.0.1:9000/"), 12, 2, Hand.Now, "503", 1);

    public static AuditView Audit { get; } = new(
        7, Hand.Now, "anna", "127.0.0.1", "group shift", "catalog", "first quarter", "5 %", "25 %", Revision);

    public static TokenView Token { get; } = new("anna", "operator", Hand.Now, null, null);

    public static PlaneView Plane { get; } = new(
        "gw-1", "gateway", "0.1.0", new Uri("http://127.0.0.1:9100/"), Revision, true, Hand.Now, []);

    public static FlipResult Flip(bool dryRun = false, bool acknowledged = true, params string[] silent) => new(
        Revision, dryRun, ["catalog: 5 % → 25 %"], acknowledged, new ServingView(3 - silent.Length, 3, [.. silent]));

    public static ExplainView Explain { get; } = new(
        "product-page", "catalog", "new", "share", "The customer's bucket 1200 is below the share 25 %.", Revision, "gw-1", Hand.Now);

    public static LedgerEntry Ledger { get; } = new(
        "4fA", Hand.Now, "gw-1", "POST", "/checkout", 502, "checkout-post", "checkout", "new", "claim", "00ff", "1001", "10.0.0.7", 12.6, "error");

    public static StatusView Status { get; } = new(
        Revision, Hand.Now.AddHours(2), [Group], [Plane], [Dataset], [Connector], [Audit], ["erp answers 503"], ["hub connector show erp"]);
}
