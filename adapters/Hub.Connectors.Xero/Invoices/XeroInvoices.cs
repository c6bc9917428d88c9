using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Connectors.Xero.Invoices;

/// <summary>Looks up and voids the invoices of an order.</summary>
internal sealed class XeroInvoices(IXeroApi api, XeroOptions options)
{
    /// <summary>Those that have the key as their reference and are neither voided nor deleted.</summary>
    public async Task<ImmutableArray<XeroInvoice>> LiveAsync(OrderKey key, CancellationToken cancellationToken)
    {
        if (!XeroFilter.Takes(key.ToString()))
        {
            // Such an order was never booked.
            return [];
        }

        var answer = await api.GetInvoicesAsync(
            options.Tenant!.Value, $"{XeroFilter.Is("Type", "ACCREC")} AND {XeroFilter.Is("Reference", key.ToString())}", cancellationToken);
        // An answer without the list says nothing, and not that there are none.
        return
        [
            .. (answer.Invoices ?? throw new InvalidOperationException("Xero answered without a list of invoices.")).OfType<XeroInvoice>()
                .Where(invoice => invoice.Reference == key.ToString() && invoice.Status is not ("VOIDED" or "DELETED")),
        ];
    }

    /// <summary>The one sale among them, none, or what a person has to do about several.</summary>
    public static CallOutcome<SaleNumber?> OneOf(ImmutableArray<XeroInvoice> invoices, OrderKey key) => invoices switch
    {
        [] => new CallOutcome<SaleNumber?>.Done(null),
        [var invoice] => NumberOf(invoice) is { } number
            ? new CallOutcome<SaleNumber?>.Done(number)
            : new CallOutcome<SaleNumber?>.Unknown("Xero has an invoice of the order and does not say which."),
        _ => new CallOutcome<SaleNumber?>.NotDone(
            $"Xero has several invoices with the reference {key}: {string.Join(", ", invoices.Select(NumberOf))}. Void all but one there."),
    };

    /// <summary>The invoice's number, or its id where the number is longer than a sale's may be.</summary>
    public static SaleNumber? NumberOf(XeroInvoice invoice) =>
        SaleNumber.TryParse(invoice.InvoiceNumber, out var number) || SaleNumber.TryParse(invoice.InvoiceID?.ToString(), out number) ? number : null;

    /// <summary>Voids it, or deletes it where nobody has approved it yet.</summary>
    public Task VoidAsync(XeroInvoice invoice, CancellationToken cancellationToken)
    {
        var id = invoice.InvoiceID ?? throw new InvalidOperationException("Xero does not say which invoice it is.");
        var status = invoice.Status is "DRAFT" or "SUBMITTED" ? "DELETED" : "VOIDED";
        return api.PostInvoiceAsync(options.Tenant!.Value, id, new XeroInvoiceChanges([new XeroInvoiceChange(id, status)]), cancellationToken);
    }
}
