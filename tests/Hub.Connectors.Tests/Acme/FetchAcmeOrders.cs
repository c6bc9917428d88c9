using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.Paging;

namespace Hub.Connectors.Tests.Acme;

internal sealed class FetchAcmeOrders(IAcmeApi api, VendorCalls calls) : IOrderSource
{
    public string Channel => "acme";

    public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var cursor = PageCursor.Of(page, since);
            var fetched = await api.GetOrdersAsync(cursor.At.ToString("O", CultureInfo.InvariantCulture), cursor.Offset, cancel);
            var changes = new List<DateTimeOffset>();
            var orders = ImmutableArray.CreateBuilder<Order>();
            var cancelled = ImmutableArray.CreateBuilder<OrderKey>();
            var unreadable = ImmutableArray.CreateBuilder<UnreadableOrder>();
            foreach (var entry in fetched.Orders.IsDefault ? throw new JsonException("It holds no orders.") : fetched.Orders)
            {
                try
                {
                    var order = entry.Deserialize<AcmeOrder>(CommerceJson.Options) ?? throw new JsonException("It is null.");
                    switch (order.State)
                    {
                        case "open":
                            orders.Add(ToOrder(order));
                            break;
                        case "cancelled":
                            cancelled.Add(OrderKey.Parse($"acme/{order.Id}"));
                            break;
                        default:
                            throw new JsonException($"'{order.State}' is no state that is known.");
                    }

                    changes.Add(order.ChangedAt);
                }
                catch (Exception e) when (e is JsonException or FormatException)
                {
                    changes.Add(entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("changedAt", out var at) && at.ValueKind == JsonValueKind.String && at.TryGetDateTimeOffset(out var time)
                        ? time : changes.LastOrDefault(cursor.At));
                    unreadable.Add(new UnreadableOrder(OrderKey.Parse($"acme/unreadable-{cursor.At.Ticks}-{unreadable.Count}"), entry.GetRawText(), e.Message));
                }
            }

            return new OrderPage(orders.ToImmutable(), fetched.More ? cursor.After(changes) : null)
            {
                Cancelled = cancelled.ToImmutable(),
                Unreadable = unreadable.ToImmutable(),
                Latest = changes.Count > 0 ? changes.Max() : null,
            };
        },
        cancellationToken);

    private static Order ToOrder(AcmeOrder order) => order.Lines.IsDefault || order.Lines.Contains(null!) ? throw new FormatException("It has lines that are null.") : new(
        OrderKey.Parse($"acme/{order.Id}"), order.Id, order.PlacedAt, new Contact(order.Email, order.Name),
        [.. order.Lines.Select(line => new OrderLine(Sku.Parse(line.Sku), line.Sku, line.Quantity, new Money(line.Price, order.Currency)))],
        new Money(order.Total, order.Currency), new Address(order.Name, order.Street, order.City, order.Zip, order.Country));
}
