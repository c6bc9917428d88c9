using System.Collections.Immutable;
using Refit;

namespace Hub.Connectors.Xero;

/// <summary>Xero's accounting API as it speaks. One invoice or contact a call, so an error is always a 400 (<c>summarizeErrors=true</c>).</summary>
internal interface IXeroApi
{
    private const string Tenant = "xero-tenant-id";

    /// <summary>With <c>page</c> it tells payments too, and at most 100.</summary>
    [Get("/Invoices?page=1&unitdp=4")]
    Task<XeroInvoiceList> GetInvoicesAsync([Header(Tenant)] Guid tenant, [AliasAs("where")] string filter, CancellationToken cancellationToken);

    /// <summary>100 on a page, in an order that nothing changes while it is read.</summary>
    [Get("/Invoices?pageSize=100&order=InvoiceID&unitdp=4")]
    Task<XeroInvoiceList> ListInvoicesAsync([Header(Tenant)] Guid tenant, [AliasAs("where")] string filter, int page, CancellationToken cancellationToken);

    /// <summary>PUT makes; a POST would change the one that has this number already.</summary>
    [Put("/Invoices?summarizeErrors=true&unitdp=4")]
    Task<XeroInvoiceList> PutInvoicesAsync(
        [Header(Tenant)] Guid tenant, [Header("Idempotency-Key")] string key, [Body] NewXeroInvoices invoices, CancellationToken cancellationToken);

    [Post("/Invoices/{id}?unitdp=4")]
    Task<XeroInvoiceList> PostInvoiceAsync([Header(Tenant)] Guid tenant, Guid id, [Body] XeroInvoiceChanges changes, CancellationToken cancellationToken);

    [Get("/Contacts?page=1")]
    Task<XeroContactList> GetContactsAsync([Header(Tenant)] Guid tenant, [AliasAs("where")] string filter, CancellationToken cancellationToken);

    /// <summary>Makes it, or changes the one that has its id, its contact number or its name.</summary>
    [Post("/Contacts?summarizeErrors=true")]
    Task<XeroContactList> PostContactsAsync([Header(Tenant)] Guid tenant, [Body] XeroContactChanges contacts, CancellationToken cancellationToken);

    [Get("/Items?unitdp=4")]
    Task<XeroItemList> GetItemsAsync([Header(Tenant)] Guid tenant, CancellationToken cancellationToken);
}

internal sealed record XeroInvoiceList(ImmutableArray<XeroInvoice?>? Invoices);

/// <param name="Date">Its day, as the time <c>/Date(1573755038314+0000)/</c>.</param>
internal sealed record XeroInvoice(
    Guid? InvoiceID,
    string? InvoiceNumber,
    string? Reference,
    string? Status,
    string? Date,
    string? CurrencyCode,
    decimal? Total,
    decimal? AmountPaid,
    decimal? AmountCredited,
    bool? HasErrors,
    string? StatusAttributeString,
    ImmutableArray<XeroMessage?>? ValidationErrors);

internal sealed record XeroMessage(string? Message);

internal sealed record NewXeroInvoices(ImmutableArray<NewXeroInvoice> Invoices);

internal sealed record NewXeroInvoice(
    string Type,
    XeroContactId Contact,
    ImmutableArray<NewXeroLine> LineItems,
    string Date,
    string DueDate,
    string LineAmountTypes,
    string? InvoiceNumber,
    string Reference,
    string CurrencyCode,
    string Status);

internal sealed record NewXeroLine(string Description, decimal Quantity, decimal UnitAmount, string ItemCode, string? AccountCode, string? TaxType);

internal sealed record XeroContactId(Guid ContactID);

internal sealed record XeroInvoiceChanges(ImmutableArray<XeroInvoiceChange> Invoices);

internal sealed record XeroInvoiceChange(Guid InvoiceID, string Status);

internal sealed record XeroContactList(ImmutableArray<XeroContact?>? Contacts);

/// <param name="IsCustomer">Has sales invoices.</param>
/// <param name="IsSupplier">Has bills.</param>
internal sealed record XeroContact(
    Guid? ContactID, string? ContactNumber, string? ContactStatus, string? EmailAddress, bool? IsCustomer, bool? IsSupplier, ImmutableArray<XeroMessage?>? ValidationErrors);

internal sealed record XeroContactChanges(ImmutableArray<XeroContactChange> Contacts);

/// <summary>What is null stays as it is; an empty text is taken away.</summary>
internal sealed record XeroContactChange
{
    public Guid? ContactID { get; init; }

    public string? Name { get; init; }

    public string? ContactNumber { get; init; }

    public string? ContactStatus { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? EmailAddress { get; init; }

    public ImmutableArray<XeroAddress>? Addresses { get; init; }

    public ImmutableArray<XeroPhone>? Phones { get; init; }
}

internal sealed record XeroAddress(
    string AddressType, string AddressLine1, string AddressLine2, string City, string Region, string PostalCode, string Country, string AttentionTo);

internal sealed record XeroPhone(string PhoneType, string PhoneNumber);

internal sealed record XeroItemList(ImmutableArray<XeroItem?>? Items);

/// <param name="QuantityOnHand">What lies there less what approved invoices have taken; null for an item whose stock Xero does not keep.</param>
internal sealed record XeroItem(string? Code, bool? IsTrackedAsInventory, decimal? QuantityOnHand);
