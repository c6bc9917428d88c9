using System.Runtime.CompilerServices;
using Hub.Commerce;

namespace Hub.Adapters.Stock.Store;

internal sealed partial class StockStore
{
    // What is wanted anew is due at once; what waits keeps its place, so that an article that changes all the time is told like any other.
    private const string Wanted = """
         WHERE 1 = 1
        ON CONFLICT (channel, kind, sku, place) DO UPDATE SET wanted = excluded.wanted, changed_at = excluded.changed_at, refused = 0,
            reason = CASE WHEN telling.refused = 1 THEN NULL ELSE telling.reason END,
            due_at = CASE WHEN telling.sent = excluded.wanted AND telling.unsure_until IS NULL THEN NULL
                WHEN telling.attempts = 0 AND telling.due_at > excluded.due_at THEN excluded.due_at
                ELSE COALESCE(telling.due_at, excluded.due_at) END
        WHERE telling.wanted <> excluded.wanted
        """;

    private const string Together = """
        INSERT INTO telling (channel, kind, sku, place, wanted, due_at, changed_at)
        SELECT c.name, c.kind, s.sku, '', CAST(CASE WHEN s.total < 0 THEN 0 ELSE s.total END AS TEXT), {0}, {0}
        FROM (SELECT l.sku AS sku, SUM(l.available)
                + (SELECT COALESCE(SUM(d.change), 0) FROM stock_delta d WHERE d.sku = l.sku AND d.phase < 2) AS total
            FROM stock l WHERE FILTER GROUP BY l.sku) AS s
        JOIN channel c ON c.kind = 'stock' AND c.by_place = 0
        """;

    // A delta that names no place may be of any: each has to do without.
    private const string ByPlace = """
        INSERT INTO telling (channel, kind, sku, place, wanted, due_at, changed_at)
        SELECT c.name, c.kind, s.sku, s.place, CAST(CASE WHEN s.total < 0 THEN 0 ELSE s.total END AS TEXT), {0}, {0}
        FROM (SELECT l.sku AS sku, l.place AS place, l.available
                + (SELECT COALESCE(SUM(d.change), 0) FROM stock_delta d WHERE d.sku = l.sku AND d.phase < 2 AND (d.place = '' OR d.place = l.place)) AS total
            FROM stock l WHERE FILTER) AS s
        JOIN channel c ON c.kind = 'stock' AND c.by_place = 1
        """;

    private const string Prices = """
        INSERT INTO telling (channel, kind, sku, place, wanted, due_at, changed_at)
        SELECT c.name, c.kind, p.sku, '', p.price, {0}, {0} FROM price p
        JOIN channel c ON c.kind = 'price' AND (p.channel = c.name OR (p.channel = '' AND NOT EXISTS (
            SELECT 1 FROM price own WHERE own.sku = p.sku AND own.channel = c.name)))
            AND FILTER
        """;

    private static readonly (string Of, string All) WantTogether = Statements(Together, "l.sku");
    private static readonly (string Of, string All) WantByPlace = Statements(ByPlace, "l.sku");
    private static readonly (string Of, string All) WantPrices = Statements(Prices, "p.sku");

    /// <summary>
    /// The channels that are told from now on, with all that there is. What they refused is tried again: the config may have changed for that.
    /// </summary>
    public async Task SetChannelsAsync(IReadOnlyCollection<ToldChannel> channels, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async tables =>
            {
                var now = Now;
                List<FormattableString> statements = [$"DELETE FROM channel"];
                foreach (var channel in channels)
                {
                    var byPlace = channel.ByPlace ? 1L : 0L;
                    statements.Add($"INSERT INTO channel (name, kind, by_place) VALUES ({channel.Name}, {channel.Kind}, {byPlace})");
                }

                statements.Add($"""
                    DELETE FROM telling WHERE kind = 'stock' AND place <> '' AND EXISTS (
                        SELECT 1 FROM channel c WHERE c.name = telling.channel AND c.kind = 'stock' AND c.by_place = 0)
                    """);
                statements.Add($"UPDATE telling SET refused = 0, attempts = 0, due_at = {now} WHERE refused = 1");
                statements.AddRange([Make(WantTogether.All, now), Make(WantByPlace.All, now), Make(WantPrices.All, now)]);
                await tables.ExecuteAsync(statements, cancellationToken);
                return true;
            },
            cancellationToken);
        Changed?.Invoke();
    }

    /// <summary>Tells a channel everything once more: it was changed by hand there, or this store was restored.</summary>
    /// <returns>How many values that are.</returns>
    public async Task<int> TellAgainAsync(string? channel, CancellationToken cancellationToken)
    {
        var name = channel ?? "";
        var again = await database.WriteAsync(
            tables => tables.QueryAsync(
                $"""
                UPDATE telling SET sent = NULL, refused = 0, attempts = 0, due_at = {Now}
                WHERE ({name} = '' OR channel = {name}) AND EXISTS (SELECT 1 FROM channel c WHERE c.name = telling.channel AND c.kind = telling.kind) RETURNING 1
                """,
                _ => true, cancellationToken),
            cancellationToken);
        Changed?.Invoke();
        return again.Count;
    }

    private static IEnumerable<FormattableString> Want(Sku sku, long now)
    {
        yield return Make(WantTogether.Of, now, sku.Text);
        yield return Make(WantByPlace.Of, now, sku.Text);
    }

    private static FormattableString WantPrice(Sku sku, long now) => Make(WantPrices.Of, now, sku.Text);

    private static FormattableString Make(string sql, params object[] arguments) => FormattableStringFactory.Create(sql, arguments);

    private static (string Of, string All) Statements(string sql, string sku) => (
        sql.Replace("FILTER", $"{sku} = {{1}}", StringComparison.Ordinal) + Wanted,
        sql.Replace("FILTER", "1 = 1", StringComparison.Ordinal) + Wanted);
}
