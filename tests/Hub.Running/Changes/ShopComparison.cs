using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Running.Changes;

/// <summary>
/// Compares legacy's tables with New's by itself, row by row, through nothing of the hub's own: what the tests believe the hub's
/// verification by.
/// </summary>
public static class ShopComparison
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById(LegacyDialect.Zone);

    /// <summary>What differs, as sentences; empty where all is equal.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(DbConnection legacy, DbConnection target) =>
    [
        .. await CompareAsync(
            "client", legacy, "select id, email, name, note, born, active, created from customer", target, "select id, email, name, note, born, active, created from client", 1,
            [Id, Id, Id, Id, Day, Truth, Zoned]),
        .. await CompareAsync(
            "purchase", legacy, "select id, customer_id, number, status, total, weight, data, placed, changed from orders", target,
            "select id, client_id, number, state, total, weight, data, placed, changed from purchase", 1, [Id, Id, Id, State, Id, Id, Json, Instant, Zoned]),
        .. await CompareAsync(
            "purchase_line", legacy, "select order_id, no, sku, quantity, price, picture from order_line", target,
            "select purchase_id, no, sku, quantity, price, picture from purchase_line", 2, [Id, Id, Id, Id, Id, Bytes]),
        .. await CompareAsync(
            "first_line", legacy, "select o.id, o.status, l.quantity, l.price from orders o left join order_line l on l.order_id = o.id and l.no = 1", target,
            "select id, state, quantity, price from first_line", 1, [Id, State, Id, Id]),
        .. await CompareAsync(
            "slip", legacy,
            "select o.id, o.number, a.sku, b.sku from orders o left join order_line a on a.order_id = o.id and a.no = 1 left join order_line b on b.order_id = o.id and b.no = 2",
            target, "select id, number, sku_1, sku_2 from slip", 1, [Id, Id, Id, Id]),
    ];

    private static async Task<List<string>> CompareAsync(
        string table, DbConnection legacy, string from, DbConnection target, string to, int key, Func<object, bool, string>[] texts)
    {
        var (wanted, found) = (await ReadAsync(legacy, from, key, texts, mapped: false), await ReadAsync(target, to, key, texts, mapped: true));
        var differences = new List<string>();
        foreach (var (id, row) in wanted)
        {
            if (!found.Remove(id, out var other))
            {
                differences.Add($"{table} {id} is missing");
            }
            else if (row != other)
            {
                differences.Add($"{table} {id} is mismatched: {Short(row)} at legacy, {Short(other)} at New");
            }
        }

        differences.AddRange(found.Keys.Select(id => $"{table} {id} is extra"));
        return differences;
    }

    private static async Task<Dictionary<string, string>> ReadAsync(DbConnection connection, string sql, int key, Func<object, bool, string>[] texts, bool mapped)
    {
        var rows = new Dictionary<string, string>();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var values = Enumerable.Range(0, texts.Length).Select(i => reader.IsDBNull(i) ? "null" : texts[i](reader.GetValue(i), mapped)).ToList();
            rows.Add(string.Join('/', values.Take(key)), string.Join('|', values));
        }

        return rows;
    }

    private static string Id(object value, bool mapped) => value switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private static string Truth(object value, bool mapped) => Convert.ToBoolean(value, CultureInfo.InvariantCulture) ? "yes" : "no";

    private static string Day(object value, bool mapped) => value is DateOnly day ? $"{day:yyyy-MM-dd}" : $"{value:yyyy-MM-dd}";

    private static string State(object value, bool mapped) => mapped ? (string)value : (string)value switch { "new" => "open", "paid" => "paid", var other => other == "sent" ? "done" : "?" };

    private static string Json(object value, bool mapped)
    {
        // The order of names and the white space are not kept by jsonb.
        var node = JsonNode.Parse((string)value)!.AsObject();
        return new JsonObject(node.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString(JsonSerializerOptions.Web);
    }

    private static string Bytes(object value, bool mapped) => Convert.ToHexStringLower((byte[])value);

    private static string Instant(object value, bool mapped) => Micros((DateTime)value);

    private static string Zoned(object value, bool mapped) => Micros(mapped ? (DateTime)value : TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Unspecified), Berlin));

    private static string Micros(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string Short(string row) => row.Length > 300 ? row[..300] + "…" : row;
}
