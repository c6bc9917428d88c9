using System.Collections.Immutable;
using Hub.Adapters.Connectors;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Orders;

namespace Hub.Adapters.Orders;

/// <summary>What an old export booked at the ERP. It only reads: an ERP without a book of its own is asked for the order's key alone.</summary>
internal static class OldSales
{
    /// <param name="references">The first one that has a sale counts.</param>
    public static async Task<CallOutcome<SaleSought>> FindAsync(Connector erp, ImmutableArray<string> references, CancellationToken cancellationToken)
    {
        foreach (var reference in references)
        {
            var outcome = erp.Find<ISaleBook>() is { } book
                ? Of(reference, await book.FindAsync(reference, cancellationToken))
                : OrderKey.TryParse(reference, out var key)
                    ? Of(reference, await erp.Find<IOrderBooking>()!.FindAsync(key, cancellationToken))
                    : new CallOutcome<SaleSought>.Refused(
                        $"{erp.Config.Name} has no list of its sales that could be searched for the old export's reference {reference}. Look there by hand: was it booked?");
            if (outcome is not CallOutcome<SaleSought>.Done { Value.Sale: null })
            {
                return outcome;
            }
        }

        return new CallOutcome<SaleSought>.Done(new SaleSought(null));
    }

    private static CallOutcome<SaleSought> Of(string reference, CallOutcome<ImmutableArray<BookEntry>> outcome) => Map(
        outcome, entries => entries.FirstOrDefault(entry => !entry.Void) is { } sale ? new SaleSought(SaleNumber.Parse(sale.Number), sale.Total, reference) : new SaleSought(null));

    private static CallOutcome<SaleSought> Of(string reference, CallOutcome<SaleNumber?> outcome) => Map(
        outcome, sale => new SaleSought(sale, null, sale is null ? null : reference));

    private static CallOutcome<SaleSought> Map<T>(CallOutcome<T> outcome, Func<T, SaleSought> map) => outcome switch
    {
        CallOutcome<T>.Done done => new CallOutcome<SaleSought>.Done(map(done.Value)),
        CallOutcome<T>.Refused refused => new CallOutcome<SaleSought>.Refused(refused.Reason) { Missing = refused.Missing },
        CallOutcome<T>.NotDone notDone => new CallOutcome<SaleSought>.NotDone(notDone.Reason, notDone.After),
        _ => new CallOutcome<SaleSought>.Unknown(((CallOutcome<T>.Unknown)outcome).Reason),
    };
}
