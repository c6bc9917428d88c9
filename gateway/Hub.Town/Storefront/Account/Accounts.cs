using System.Globalization;
using System.Net.Http.Json;
using Hub.Town.Legacy.Store;
using Hub.Town.Look.Pages;
using Hub.Town.Services;
using Hub.Town.Services.Customer;
using Hub.Town.Services.Order;
using Hub.Town.Storefront.Checkout;

namespace Hub.Town.Storefront.Account;

/// <summary>
/// Customers and their orders: what the feed brought, and before it what was placed here a moment ago, asked from legacy.
/// </summary>
internal sealed class Accounts(HttpClient customers, HttpClient orders, AttemptStore attempts, LegacyOrders legacy)
{
    private const int Shown = 20;

    public async Task<CustomerItem?> Find(long? account, CancellationToken cancellation) =>
        account is null ? null : await customers.GetOneOrNone<CustomerItem>($"customers/{account}", cancellation);

    /// <summary>The newest first, as many as legacy shows.</summary>
    public async Task<IReadOnlyList<OrderView>> Orders(long account, CancellationToken cancellation)
    {
        var brought = (await orders.GetFromJsonAsync<List<OrderItem>>($"orders?customer={account}", cancellation))!;
        var known = brought.Select(order => order.Number).ToHashSet();
        var justPlaced = new List<OrderView>();
        foreach (var attempt in attempts.PlacedBy(account).Take(Shown).Where(attempt => !known.Contains(attempt.Order!)))
        {
            justPlaced.Add(await JustPlaced(attempt, cancellation));
        }

        return [.. justPlaced.Concat(brought.Select(View)).Take(Shown)];
    }

    /// <summary>An order by its number; null where neither the feed brought it nor it was placed here.</summary>
    public async Task<OrderView?> FindOrder(string number, CancellationToken cancellation) =>
        await orders.GetOneOrNone<OrderItem>($"orders/{Uri.EscapeDataString(number)}", cancellation) is { } brought ? View(brought)
        : attempts.FindOrder(number) is { } attempt ? await JustPlaced(attempt, cancellation)
        : null;

    private async Task<OrderView> JustPlaced(Attempt attempt, CancellationToken cancellation) => new(
        attempt.Order!,
        BerlinTime.Text(attempt.HandedAt!.Value),
        (await legacy.Find(attempt.Id, cancellation)).Status ?? "pending",
        attempt.Total);

    private static OrderView View(OrderItem order) => new(
        order.Number,
        DateTimeOffset.TryParse(order.CreatedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? BerlinTime.Text(at)
            : order.CreatedAt,
        order.Status,
        order.Total);
}
