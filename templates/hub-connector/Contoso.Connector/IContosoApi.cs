using System.Collections.Immutable;
using Refit;

namespace Contoso.Connector;

/// <summary>Contoso as it speaks: write here what its API says.</summary>
internal interface IContosoApi
{
    [Post("/companies/{company}/sales")]
    Task<ContosoSale> PostSaleAsync(string company, [Body] NewContosoSale sale, CancellationToken cancellationToken);

    [Get("/companies/{company}/sales")]
    Task<ImmutableArray<ContosoSale>> GetSalesAsync(string company, string reference, CancellationToken cancellationToken);

    [Post("/companies/{company}/sales/{number}/cancellation")]
    Task CancelSaleAsync(string company, string number, CancellationToken cancellationToken);
}

internal sealed record NewContosoSale(
    string Reference, string Buyer, string Email, string Currency, decimal Total, ImmutableArray<ContosoLine> Lines);

internal sealed record ContosoLine(string Item, int Quantity, decimal UnitPrice);

internal sealed record ContosoSale(string Number, string Reference, bool Cancelled = false);
