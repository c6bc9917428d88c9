using System.Text.Json;
using Hub.Commerce;

namespace Hub.Connectors.Tryton.Sales;

/// <summary>
/// Cancels a sale that is not processed yet. Tryton answers to the cancelling of a processed one as if all was well and does nothing, so it is looked at
/// afterwards; that one's shipments and invoices are a person's to undo.
/// </summary>
internal static class CancelTrytonSale
{
    public static async Task<SaleNumber> RunAsync(TrytonTalk talk, TrytonSales sales, OrderKey key, SaleNumber number)
    {
        foreach (var sale in await sales.FindAllAsync(key))
        {
            if (sale.State is "processing" or "done")
            {
                throw new TrytonStopException(TrytonStop.Refused, await WhatToDoAsync(talk, sale));
            }

            if (sale.State == "confirmed")
            {
                await talk.ActAsync(TrytonSale.Model, "draft", sale.Id);
            }

            if (sale.IsBegun)
            {
                await sales.DropAsync(sale);
            }
            else if (!sale.IsCancelled)
            {
                await talk.ActAsync(TrytonSale.Model, "cancel", sale.Id);
            }
        }

        return (await sales.FindAllAsync(key)).FirstOrDefault(sale => !sale.IsCancelled) is { } left
            ? throw new TrytonStopException(TrytonStop.Unknown, $"Tryton was told to cancel it, and yet {left} stands there.")
            : number;
    }

    private static async Task<string> WhatToDoAsync(TrytonTalk talk, TrytonSale sale)
    {
        var found = await talk.SearchAsync(
            TrytonSale.Model, [TrytonJson.Where("id", "=", sale.Id)], ["shipments.number", "shipments.state", "invoices.number", "invoices.state"], limit: 1);
        var shipments = found is [var one] ? Names(one, "shipments.") : "";
        var invoices = found is [var same] ? Names(same, "invoices.") : "";
        return $"Tryton can't cancel {sale} any more. There: cancel its shipments{shipments}, unless they have left, and ignore the shipment exception on the sale; "
            + $"cancel its invoices{invoices}, or credit what is posted.";
    }

    private static string Names(JsonElement sale, string field) =>
        sale.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            ? $" ({string.Join(", ", list.EnumerateArray().Select(
                one => $"{TrytonJson.Text(one, "number") ?? $"id {one.GetProperty("id").GetInt32()}"} {one.GetProperty("state").GetString()}"))})"
            : "";
}
