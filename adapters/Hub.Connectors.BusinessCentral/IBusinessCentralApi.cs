using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Refit;

namespace Hub.Connectors.BusinessCentral;

/// <summary>Business Central's API v2.0 as it speaks: OData, all of it below a company.</summary>
internal interface IBusinessCentralApi
{
    [Get("/companies({company})/salesOrders")]
    Task<BusinessCentralPage<SalesOrder>> GetOrdersAsync(Guid company, [Query] IDictionary<string, string> query, CancellationToken cancellationToken);

    [Post("/companies({company})/salesOrders")]
    Task<SalesOrder> PostOrderAsync(Guid company, [Body] NewSalesOrder order, CancellationToken cancellationToken);

    [Delete("/companies({company})/salesOrders({id})")]
    Task DeleteOrderAsync(Guid company, Guid id, [Header("If-Match")] string etag, CancellationToken cancellationToken);

    [Get("/companies({company})/customers")]
    Task<BusinessCentralPage<Customer>> GetCustomersAsync(Guid company, [Query] IDictionary<string, string> query, CancellationToken cancellationToken);

    [Post("/companies({company})/customers")]
    Task<Customer> PostCustomerAsync(Guid company, [Body] NewCustomer customer, CancellationToken cancellationToken);

    [Get("/companies({company})/items")]
    Task<BusinessCentralPage<Item>> GetItemsAsync(
        Guid company, [Query] IDictionary<string, string> query, [Header("Prefer")] string prefer, CancellationToken cancellationToken);

    [Get("/companies({company})/salesShipments")]
    Task<BusinessCentralPage<SalesShipment>> GetShipmentsAsync(Guid company, [Query] IDictionary<string, string> query, CancellationToken cancellationToken);

    [Post("/subscriptions")]
    Task<Subscription> PostSubscriptionAsync([Body] NewSubscription subscription, CancellationToken cancellationToken);

    [Patch("/subscriptions('{id}')")]
    Task<Subscription> PatchSubscriptionAsync(string id, [Body] NewSubscription subscription, [Header("If-Match")] string etag, CancellationToken cancellationToken);
}

/// <param name="Next">The whole address of the next page; of it only the query is used.</param>
internal sealed record BusinessCentralPage<T>(ImmutableArray<T?> Value, [property: JsonPropertyName("@odata.nextLink")] string? Next)
    where T : class
{
    /// <summary>Without what can't be one: it must not hold up the others.</summary>
    public IEnumerable<T> Entries => Value.OfType<T>();
}

internal sealed record SalesOrder(
    Guid Id,
    string Number,
    string? ExternalDocumentNumber,
    decimal TotalAmountIncludingTax,
    bool FullyShipped,
    [property: JsonPropertyName("@odata.etag")] string? Etag,
    ImmutableArray<SalesOrderLine>? SalesOrderLines);

internal sealed record SalesOrderLine(string? LineObjectNumber, decimal Quantity, decimal ShippedQuantity);

internal sealed record NewSalesOrder(
    string ExternalDocumentNumber,
    string OrderDate,
    Guid CustomerId,
    string CurrencyCode,
    string ShipToName,
    string ShipToAddressLine1,
    string? ShipToAddressLine2,
    string ShipToCity,
    string ShipToCountry,
    string? ShipToState,
    string ShipToPostCode,
    string? PaymentTermsId,
    ImmutableArray<NewSalesOrderLine> SalesOrderLines);

internal sealed record NewSalesOrderLine(string LineType, string LineObjectNumber, string? Description, int Quantity, decimal UnitPrice, string? TaxCode);

internal sealed record Customer(Guid Id, string Number);

internal sealed record NewCustomer(
    string DisplayName, string Type, string AddressLine1, string? AddressLine2, string City, string? State, string Country, string PostalCode, string? PhoneNumber, string Email);

/// <param name="Inventory">What lies there, reserved or not.</param>
internal sealed record Item(string? Number, decimal? Inventory);

/// <param name="LastModifiedDateTime">A time, or a day alone.</param>
internal sealed record SalesShipment(
    string? Number, string? ExternalDocumentNumber, string? OrderNumber, string? LastModifiedDateTime, string? PostingDate, ImmutableArray<JsonElement>? SalesShipmentLines);

internal sealed record NewSubscription(string NotificationUrl, string Resource, string ClientState);

internal sealed record Subscription(string SubscriptionId, DateTimeOffset ExpirationDateTime);
