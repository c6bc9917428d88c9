using System.Collections.Immutable;
using System.Text.Json;
using Refit;

namespace Hub.Connectors.Tests.Acme;

/// <summary>A made-up vendor that does everything, to hold the suite itself against.</summary>
internal interface IAcmeApi
{
    [Post("/sales")]
    Task<AcmeSale> PostSaleAsync([Body] AcmeSale sale, CancellationToken cancellationToken);

    [Get("/sales")]
    Task<ImmutableArray<AcmeSale>> GetSalesAsync(string reference, CancellationToken cancellationToken);

    [Delete("/sales/{number}")]
    Task DeleteSaleAsync(string number, CancellationToken cancellationToken);

    [Get("/orders")]
    Task<AcmePage> GetOrdersAsync(string since, int offset, CancellationToken cancellationToken);

    [Put("/orders/{id}/parcels/{tracking}")]
    Task PutParcelAsync(string id, string tracking, CancellationToken cancellationToken);

    [Put("/stock")]
    Task<ImmutableArray<string>> PutStockAsync([Body] Dictionary<string, int> levels, CancellationToken cancellationToken);

    [Put("/people/{email}")]
    Task PutPersonAsync(string email, [Body] AcmePerson person, CancellationToken cancellationToken);

    [Delete("/people/{email}")]
    Task DeletePersonAsync(string email, CancellationToken cancellationToken);
}

internal sealed record AcmeSale(string? Number, string Reference, string Buyer, decimal Total, int Lines);

internal sealed record AcmePerson(string Name);

/// <param name="Orders">Each an <see cref="AcmeOrder"/>, read one by one.</param>
internal sealed record AcmePage(ImmutableArray<JsonElement> Orders, bool More);

internal sealed record AcmeOrder(
    string Id, string State, DateTimeOffset PlacedAt, DateTimeOffset ChangedAt, string Email, string Name, ImmutableArray<AcmeLine> Lines,
    decimal Total, string Currency, string Street, string City, string Zip, string Country);

internal sealed record AcmeLine(string Sku, int Quantity, decimal Price);
