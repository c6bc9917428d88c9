using System.Text.Json;

namespace Hub.Connectors.Tryton.Sales;

/// <summary>A sale as it stands in Tryton.</summary>
/// <param name="Number">Given by Tryton when it is quoted; a sale that a person takes back to draft keeps it.</param>
/// <param name="State"><c>draft</c>, <c>quotation</c>, <c>confirmed</c>, <c>processing</c>, <c>done</c> or <c>cancelled</c>.</param>
internal sealed record TrytonSale(int Id, string? Number, string State, decimal Total)
{
    public const string Model = "sale.sale";

    public static IReadOnlyList<string> Fields { get; } = ["number", "state", "total_amount"];

    /// <summary>True for one that was made and not quoted yet: who made it was stopped in the middle, or is still at it.</summary>
    public bool IsBegun => State == "draft" && Number is null;

    public bool IsCancelled => State == "cancelled";

    public static TrytonSale Read(JsonElement record) => new(
        record.GetProperty("id").GetInt32(),
        TrytonJson.Text(record, "number"),
        record.GetProperty("state").GetString()!,
        TrytonJson.Decimal(record.GetProperty("total_amount")));

    public override string ToString() => Number is null ? $"the sale with the id {Id} ({State})" : $"the sale {Number} ({State})";
}
