using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Commerce;

namespace Hub.Connectors.Tryton.Sales;

/// <summary>Tryton's own books: each sale that has a reference. Unlike <see cref="BookTrytonSale.FindAsync"/> it takes none of them further.</summary>
internal sealed class ListTrytonSales(TrytonCalls calls) : ISaleBook
{
    private const int PageSize = 200;
    private static readonly string[] Fields = ["number", "reference", "state", "total_amount", "currency.code", "create_date"];

    public Task<CallOutcome<BookPage>> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancellationToken) => calls.RunAsync(
        async talk =>
        {
            var after = page is null ? 0 : int.Parse(page, CultureInfo.InvariantCulture);
            var sales = await talk.SearchAsync(
                TrytonSale.Model,
                [
                    TrytonJson.Where("id", ">", after),
                    TrytonJson.Where("reference", "!=", null),
                    TrytonJson.Where("create_date", ">=", TrytonJson.Of(from)),
                    TrytonJson.Where("create_date", "<", TrytonJson.Of(until)),
                ],
                Fields, PageSize);
            var next = sales.Length == PageSize ? sales[^1].GetProperty("id").GetInt32().ToString(CultureInfo.InvariantCulture) : null;
            return new BookPage([.. sales.SelectMany(Read)], next);
        },
        cancellationToken);

    public Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(string reference, CancellationToken cancellationToken) => calls.RunAsync(
        async talk => (await talk.SearchAsync(TrytonSale.Model, new JsonArray { TrytonJson.Where("reference", "=", reference) }, Fields)).SelectMany(Read).ToImmutableArray(),
        cancellationToken);

    // A begun draft is in no book: it has no number, and is deleted or taken further by whoever booked it.
    private static IEnumerable<BookEntry> Read(JsonElement record)
    {
        var sale = TrytonSale.Read(record);
        if (TrytonJson.Text(record, "reference") is { } reference && !sale.IsBegun && TrytonJson.Time(record.GetProperty("create_date")) is { } made)
        {
            var currency = TrytonJson.Pointed(record, "currency") is { } pointed ? TrytonJson.Text(pointed, "code") : null;
            yield return new BookEntry(reference, sale.Number ?? $"id {sale.Id}", made, currency is null ? null : new Money(sale.Total, currency)) { Void = sale.IsCancelled };
        }
    }
}
