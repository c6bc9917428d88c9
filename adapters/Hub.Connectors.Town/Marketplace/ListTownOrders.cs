using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Marketplace;

/// <summary>The marketplace's own books: each order, and whether it was told of a shipment.</summary>
internal sealed class ListTownOrders(ITownMarketplaceApi marketplace, VendorCalls calls, TownMarketplaceOptions options) : IMarketBook
{
    public string Channel => options.Channel;

    public Task<CallOutcome<BookPage>> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            var listed = await marketplace.ListOrdersAsync(from, until, page, cancel);
            return new BookPage([.. listed.Orders.Select(order => FromTown(order.Deserialize<TownBookOrder>(JsonSerializerOptions.Web)!))], listed.Next);
        },
        cancellationToken);

    public Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(string reference, CancellationToken cancellationToken) => calls.AskAsync<ImmutableArray<BookEntry>>(
        async cancel => new CallOutcome<ImmutableArray<BookEntry>>.Done([FromTown(await marketplace.GetOrderAsync(OrderKey.Parse(reference).Id, cancel))]),
        answer => answer.StatusCode is HttpStatusCode.NotFound ? new CallOutcome<ImmutableArray<BookEntry>>.Done([]) : null,
        cancellationToken);

    private BookEntry FromTown(TownBookOrder order) =>
        new($"{options.Channel}/{order.Id}", order.Id, order.PlacedAt.ToUniversalTime(), new Money(order.Total, order.Currency)) { Shipped = order.Tracking is not null };
}
