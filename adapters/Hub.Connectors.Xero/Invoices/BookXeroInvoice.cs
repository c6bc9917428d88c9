using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.Xero.Contacts;

namespace Hub.Connectors.Xero.Invoices;

/// <summary>
/// An order becomes an approved sales invoice with its key as reference and, unless Xero numbers invoices itself, as number: of those Xero takes each
/// once. It is looked up by its reference first, and the write carries an idempotency key made of all that it says.
/// </summary>
internal sealed class BookXeroInvoice(
    IXeroApi api, VendorCalls calls, XeroOptions options, WriteXeroInvoice writer, XeroInvoices invoices, XeroContacts contacts) : IOrderBooking
{
    public TimeSpan Window => options.Window;

    public async Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken)
    {
        if ((writer.Problem(order) ?? contacts.Problem(order)) is { } problem)
        {
            return new CallOutcome<SaleNumber>.Refused(problem);
        }

        // 1. Look it up, and find or make the contact: nothing of the order has happened yet, however that ends.
        var prepared = await calls.AskAsync(cancel => PrepareAsync(order, cancel), XeroAnswers.Read<Prepared>, cancellationToken);
        return prepared switch
        {
            CallOutcome<Prepared>.Done { Value.Booked: { } booked } => new CallOutcome<SaleNumber>.Done(booked),
            // 2. The one call that makes it.
            CallOutcome<Prepared>.Done { Value.Invoices: { } body } => await WriteAsync(order, body, cancellationToken),
            CallOutcome<Prepared>.Unknown unknown => new CallOutcome<SaleNumber>.NotDone(unknown.Reason),
            _ => XeroAnswers.Failure<Prepared, SaleNumber>(prepared),
        };
    }

    public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel => XeroInvoices.OneOf(await invoices.LiveAsync(key, cancel), key), XeroAnswers.Read<SaleNumber?>, cancellationToken);

    public Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            var live = await invoices.LiveAsync(key, cancel);
            if (live.FirstOrDefault(invoice => invoice.Status is "PAID" || invoice.AmountPaid > 0 || invoice.AmountCredited > 0) is { } paid)
            {
                return new CallOutcome<SaleNumber>.Refused(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The invoice {XeroInvoices.NumberOf(paid)} has payments of {paid.AmountPaid ?? 0} and credits of {paid.AmountCredited ?? 0}, so that Xero does not void it. In Xero: make a credit note for it and refund that, or take the payment off and void it."));
            }

            foreach (var invoice in live)
            {
                await invoices.VoidAsync(invoice, cancel);
            }

            return new CallOutcome<SaleNumber>.Done(sale);
        },
        XeroAnswers.Read<SaleNumber>, cancellationToken);

    private async Task<CallOutcome<Prepared>> PrepareAsync(Order order, CancellationToken cancellationToken)
    {
        var found = XeroInvoices.OneOf(await invoices.LiveAsync(order.Key, cancellationToken), order.Key);
        if (found is not CallOutcome<SaleNumber?>.Done { Value: var booked })
        {
            return XeroAnswers.Failure<SaleNumber?, Prepared>(found);
        }

        if (booked is not null)
        {
            return new CallOutcome<Prepared>.Done(new Prepared(booked, null));
        }

        // order matters: what is refused here comes before the contact is made
        var lines = writer.Lines(order);
        return WriteXeroInvoice.TooLong(lines) is { } problem
            ? new CallOutcome<Prepared>.Refused(problem)
            : await contacts.OfAsync(order, cancellationToken) switch
            {
                CallOutcome<Guid>.Done { Value: var contact } => new CallOutcome<Prepared>.Done(new Prepared(null, writer.Write(order, contact, lines))),
                var other => XeroAnswers.Failure<Guid, Prepared>(other),
            };
    }

    private async Task<CallOutcome<SaleNumber>> WriteAsync(Order order, NewXeroInvoices body, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body, XeroJson.Options)));
        var outcome = await calls.AskAsync(
            async cancel => XeroAnswers.Made(await api.PutInvoicesAsync(options.Tenant!.Value, key, body, cancel)), XeroAnswers.Read<XeroInvoice>, cancellationToken);
        return outcome switch
        {
            CallOutcome<XeroInvoice>.Done { Value: var made } => await CheckAsync(order, made, cancellationToken),
            CallOutcome<XeroInvoice>.Refused refused => await LookAgainAsync(order.Key, refused.Reason, cancellationToken),
            _ => XeroAnswers.Failure<XeroInvoice, SaleNumber>(outcome),
        };
    }

    /// <summary>Xero takes a number once: a refusal may mean that an earlier call came through after all.</summary>
    private async Task<CallOutcome<SaleNumber>> LookAgainAsync(OrderKey key, string reason, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) switch
        {
            CallOutcome<SaleNumber?>.Done { Value: { } sale } => new CallOutcome<SaleNumber>.Done(sale),
            CallOutcome<SaleNumber?>.Done => new CallOutcome<SaleNumber>.Refused(reason),
            _ => new CallOutcome<SaleNumber>.NotDone(reason),
        };

    /// <summary>An invoice that Xero made another total of is voided again.</summary>
    private async Task<CallOutcome<SaleNumber>> CheckAsync(Order order, XeroInvoice made, CancellationToken cancellationToken)
    {
        if (made.Total is not { } total || XeroInvoices.NumberOf(made) is not { } number)
        {
            return new CallOutcome<SaleNumber>.Unknown("Xero made the invoice, and does not say its number or its total.");
        }

        if (Math.Abs(total - order.Total.Amount) <= options.TotalTolerance)
        {
            return new CallOutcome<SaleNumber>.Done(number);
        }

        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"Xero makes {total} of it and the order says {order.Total}: look at the tax rates of its items and at LineAmounts.");
        var voided = await calls.CallAsync(
            async cancel =>
            {
                await invoices.VoidAsync(made, cancel);
                return number;
            },
            cancellationToken);
        return voided is CallOutcome<SaleNumber>.Done
            ? new CallOutcome<SaleNumber>.Refused($"{reason} Its invoice {number} was voided again.")
            : new CallOutcome<SaleNumber>.Unknown($"{reason} Its invoice {number} could not be voided.");
    }

    /// <summary>Either it is booked already, or this is what is to be written.</summary>
    private sealed record Prepared(SaleNumber? Booked, NewXeroInvoices? Invoices);
}
