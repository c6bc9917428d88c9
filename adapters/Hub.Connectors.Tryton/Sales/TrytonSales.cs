using Hub.Commerce;

namespace Hub.Connectors.Tryton.Sales;

/// <summary>
/// The sales that have an order's key as their reference. Tryton has no idempotency and takes any reference twice, so of several begun drafts all but one
/// are deleted: a draft has no number, reserves nothing and is in no book.
/// </summary>
/// <remarks>
/// Why never two are booked: whoever makes a draft looks again after it was committed, and goes on with it only where it is alone; so of two that were made
/// at once, the later to be committed sees the other and yields. Who finds two goes on with neither before one is gone.
/// </remarks>
internal sealed class TrytonSales(TrytonTalk talk, TrytonOptions options)
{
    public async Task<TrytonSale[]> FindAllAsync(OrderKey key) =>
        [.. (await talk.SearchAsync(TrytonSale.Model, [TrytonJson.Where("reference", "=", key.ToString())], TrytonSale.Fields)).Select(TrytonSale.Read)];

    /// <summary>The one sale of the order, whatever its state; null where there is none.</summary>
    /// <exception cref="TrytonStopException">There are several, and they are no drafts of ours.</exception>
    public async Task<TrytonSale?> SettleAsync(OrderKey key)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var all = await FindAllAsync(key);
            var alive = all.Where(sale => !sale.IsCancelled).ToArray();
            var booked = alive.Where(sale => !sale.IsBegun).ToArray();
            if (booked.Length > 1)
            {
                throw new TrytonStopException(
                    TrytonStop.Refused, $"Tryton has several sales with the reference {key}: {string.Join(", ", booked.Select(sale => sale.ToString()))}. Cancel all but one there.");
            }

            var kept = booked.FirstOrDefault() ?? alive.FirstOrDefault();
            var others = alive.Where(sale => sale.IsBegun && sale != kept).ToArray();
            if (others.Length == 0)
            {
                return kept ?? all.LastOrDefault();
            }

            foreach (var other in others)
            {
                await DropAsync(other);
            }
        }

        throw new TrytonStopException(TrytonStop.Unknown, $"The order {key} is being booked by somebody else at this moment.");
    }

    /// <summary>Deletes a draft, unless somebody else was quicker.</summary>
    public async Task DropAsync(TrytonSale draft)
    {
        try
        {
            await talk.ActAsync(TrytonSale.Model, "delete", draft.Id);
        }
        catch (TrytonStopException e) when (e.Kind == TrytonStop.Refused)
        {
            // It is gone, or was taken further meanwhile: whoever asked looks again.
        }
    }

    /// <summary>
    /// Takes a sale further, from wherever a kill left it: quotes, confirms, processes it. One that a person took back to draft stays where it is.
    /// </summary>
    public async Task<SaleNumber> AdvanceAsync(TrytonSale sale)
    {
        if (sale.IsBegun)
        {
            await talk.ActAsync(TrytonSale.Model, "quote", sale.Id);
        }

        if (sale.IsBegun || sale.State == "quotation")
        {
            await talk.ActAsync(TrytonSale.Model, "confirm", sale.Id);
            sale = await ReadAsync(sale.Id);
        }

        if (sale.State == "confirmed" && options.Process)
        {
            await talk.ActAsync(TrytonSale.Model, "process", sale.Id);
            sale = await ReadAsync(sale.Id);
        }

        return sale is { Number: { } number, IsCancelled: false }
            ? SaleNumber.Parse(number)
            : throw new TrytonStopException(TrytonStop.Unknown, $"Tryton did as it was told, and yet {sale} stands there.");
    }

    public async Task<TrytonSale> ReadAsync(int id) =>
        await talk.SearchAsync(TrytonSale.Model, [TrytonJson.Where("id", "=", id)], TrytonSale.Fields, limit: 1) is [var found]
            ? TrytonSale.Read(found)
            : throw new TrytonStopException(TrytonStop.Unknown, $"The sale with the id {id} is gone from Tryton.");
}
