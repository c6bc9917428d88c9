using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.Limits;
using Hub.Connectors.References;

namespace Hub.Connectors.Amazon.Orders;

/// <summary>
/// The orders that are to be shipped and those that were cancelled, by the time of their last change. Pending ones have no prices yet and are not asked for:
/// they come when they change. So are shipped ones not: somebody shipped them, and the hub must not again.
/// </summary>
internal sealed class FetchAmazonOrders(IAmazonApi api, VendorCalls calls, AmazonOptions options, AmazonOrderReader reader, TimeProvider time) : IOrderSource
{
    private const string ToShip = "UNSHIPPED";
    private const string Cancelled = "CANCELLED";

    private static readonly string[] NotOurs = ["PENDING_AVAILABILITY", "PENDING", "PARTIALLY_SHIPPED", "SHIPPED", "UNFULFILLABLE"];

    // The pages of a poll whose limit was used up in the middle are read on from there: from the first page on it would never come further.
    private volatile Interrupted? _interrupted;

    public string Channel => options.Channel;

    /// <summary>By Amazon's data protection policy, from the delivery on; the hub knows when the shipment was confirmed, which is before.</summary>
    public TimeSpan? Retention => TimeSpan.FromDays(30);

    public TimeSpan PollEvery => TimeSpan.FromSeconds(Math.Ceiling(1 / options.OrdersPerSecond));

    public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var place = AmazonPlace.Of(page ?? (_interrupted is { } last && last.Since == since ? last.Page : null), since, time.GetUtcNow());
            _interrupted = null;
            if (place.Before <= place.Since)
            {
                // So late a change is not told yet.
                return new OrderPage([], null);
            }

            try
            {
                return Read(await SearchAsync(place, cancel), place);
            }
            catch (Exception e) when (place.Token is not null && (e is LimitReachedException || e.InnerException is LimitReachedException))
            {
                _interrupted = new Interrupted(since, place.After(place.Token));
                throw;
            }
        },
        cancellationToken);

    private Task<AmazonOrderPage> SearchAsync(AmazonPlace place, CancellationToken cancellationToken) => api.SearchOrdersAsync(
        Text(place.Since), Text(place.Before), $"{ToShip},{Cancelled}", string.Join(',', options.Marketplaces),
        options.TakeFulfilledByAmazon ? $"{AmazonOrderReader.Merchant},{AmazonOrderReader.Amazon}" : AmazonOrderReader.Merchant,
        "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,PAYMENT", options.PageSize, place.Token, cancellationToken);

    private OrderPage Read(AmazonOrderPage page, AmazonPlace place)
    {
        var orders = ImmutableArray.CreateBuilder<Order>();
        var cancelled = ImmutableArray.CreateBuilder<OrderKey>();
        var unreadable = ImmutableArray.CreateBuilder<UnreadableOrder>();
        DateTimeOffset? latest = null;
        foreach (var entry in page.Orders.IsDefault ? throw new JsonException("It holds no orders.") : page.Orders)
        {
            try
            {
                var order = entry.Deserialize<AmazonOrder>(AmazonJson.Options) ?? throw new JsonException("It is null.");
                latest = order.LastUpdatedTime > latest ? order.LastUpdatedTime : latest ?? order.LastUpdatedTime;
                switch (order.Fulfillment?.FulfillmentStatus)
                {
                    case ToShip when order.Fulfillment.FulfilledBy is not AmazonOrderReader.Amazon || options.TakeFulfilledByAmazon:
                        orders.Add(reader.Read(order));
                        break;
                    case Cancelled:
                        cancelled.Add(OrderKey.Parse($"{options.Channel}/{order.OrderId}"));
                        break;
                    case { } other when other is ToShip || NotOurs.Contains(other):
                        break;
                    case var unknown:
                        throw new FormatException($"'{unknown}' is no status that is known here: look at the order in Seller Central.");
                }
            }
            catch (Exception e) when (e is JsonException or FormatException or ArgumentException or OverflowException or MissingReferenceException)
            {
                unreadable.Add(new UnreadableOrder(KeyOf(entry), entry.GetRawText(), e.Message));
            }
        }

        return new OrderPage(orders.ToImmutable(), page.Pagination?.NextToken is { Length: > 0 } token ? place.After(token) : null)
        {
            Cancelled = cancelled.ToImmutable(),
            Unreadable = unreadable.ToImmutable(),
            Latest = latest?.ToUniversalTime(),
        };
    }

    private OrderKey KeyOf(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("orderId", out var id) && OrderKey.TryCreate(options.Channel, id.ToString(), out var key)
            ? key
            : OrderKey.Parse($"{options.Channel}/unreadable-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(entry.GetRawText()))[..8])}");

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed record Interrupted(DateTimeOffset Since, string Page);
}
