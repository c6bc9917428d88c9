using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Tryton.Sales;

/// <summary>
/// An order becomes a sale: customer and address, draft, quotation, confirmation, processing, each a call of its own. Killed between two of them, the
/// next <see cref="FindAsync"/> or <see cref="BookAsync"/> takes the sale further that stands there.
/// </summary>
internal sealed class BookTrytonSale(TrytonCalls calls, TrytonOptions options, CrossReferences references) : IOrderBooking
{
    public TimeSpan Window => options.Window;

    public Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken) => calls.RunAsync(
        async talk =>
        {
            var sales = new TrytonSales(talk, options);
            for (var attempt = 0; attempt < 5; attempt++)
            {
                var sale = await sales.SettleAsync(order.Key) ?? await MakeAsync(talk, sales, order);
                if (sale is not null && await TryAdvanceAsync(sales, order.Key, sale) is { } number)
                {
                    return number;
                }
            }

            throw new TrytonStopException(TrytonStop.Unknown, $"The order {order.Key} is being booked by somebody else at this moment.");
        },
        cancellationToken);

    public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.RunAsync(
        async talk =>
        {
            var sales = new TrytonSales(talk, options);
            return await sales.SettleAsync(key) is { } sale ? await TryAdvanceAsync(sales, key, sale) : null;
        },
        cancellationToken);

    public Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken) =>
        calls.RunAsync(talk => CancelTrytonSale.RunAsync(talk, new TrytonSales(talk, options), key, sale), cancellationToken);

    /// <returns>The sale, where it is the only one; null where another was made at the same moment: this one is gone then.</returns>
    private async Task<TrytonSale?> MakeAsync(TrytonTalk talk, TrytonSales sales, Order order)
    {
        var id = await talk.CreateAsync(TrytonSale.Model, await new NewTrytonSale(talk, options, references).WriteAsync(order));
        var all = await sales.FindAllAsync(order.Key);
        var own = all.FirstOrDefault(sale => sale.Id == id);
        if (own is null)
        {
            return null;
        }

        if (all.Any(sale => sale.Id != id && !sale.IsCancelled))
        {
            await sales.DropAsync(own);
            return null;
        }

        if (Math.Abs(own.Total - order.Total.Amount) <= options.TotalTolerance)
        {
            return own;
        }

        await sales.DropAsync(own);
        throw new TrytonStopException(TrytonStop.Refused, string.Create(
            CultureInfo.InvariantCulture,
            $"Tryton makes {own.Total} of it and the order says {order.Total}, so that it was not booked: look at the articles' taxes there, at PricesIncludeTax and TotalTolerance, and whether the order's lines and shipping sum up to its total."));
    }

    /// <returns>Its number; null where it was deleted meanwhile by somebody who booked the same order.</returns>
    private static async Task<SaleNumber?> TryAdvanceAsync(TrytonSales sales, OrderKey key, TrytonSale sale)
    {
        if (sale.IsCancelled)
        {
            throw new TrytonStopException(
                TrytonStop.Refused, $"Tryton has {sale} with the reference {key}. If it is to be booked after all, take it back to draft there, then quote and confirm it.");
        }

        try
        {
            return await sales.AdvanceAsync(sale);
        }
        catch (TrytonStopException e) when (e.Kind == TrytonStop.Refused)
        {
            return (await sales.FindAllAsync(key)).FirstOrDefault(now => now.Id == sale.Id) is { } now
                ? throw new TrytonStopException(TrytonStop.Refused, $"{e.Message} In Tryton stands {now} with the reference {key}: it is taken further when the step is tried again.")
                : null;
        }
    }
}
