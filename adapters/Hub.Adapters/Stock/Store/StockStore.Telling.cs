using System.Collections.Immutable;
using System.Data.Common;
using Hub.Commerce;

namespace Hub.Adapters.Stock.Store;

internal sealed partial class StockStore
{
    /// <summary>What is to be told to a channel now, what waits longest first.</summary>
    public async Task<ImmutableArray<Telling>> GetDueAsync(string channel, string kind, int most, CancellationToken cancellationToken) =>
    [
        .. await database.ReadAsync(
            $"""
            SELECT sku, place, wanted, attempts, unsure_until FROM telling
            WHERE channel = {channel} AND kind = {kind} AND due_at <= {Now} ORDER BY due_at, sku, place LIMIT {most}
            """,
            row => new Telling(Sku.Parse(row.GetString(0)), row.GetString(1), row.GetString(2), (int)row.GetInt64(3), TimeOrNull(row, 4)),
            cancellationToken),
    ];

    /// <summary>In how long something is to be told, zero for now; null: nothing waits.</summary>
    public async Task<TimeSpan?> NextDueAsync(string channel, string kind, CancellationToken cancellationToken)
    {
        var due = (await database.ReadAsync(
            $"SELECT MIN(due_at) FROM telling WHERE channel = {channel} AND kind = {kind} AND due_at IS NOT NULL",
            row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellationToken))[0];
        return due is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, at - Now)) : null;
    }

    /// <summary>They are about to be told: what the channel holds is not known until it has answered. Written down before the first byte goes out.</summary>
    /// <param name="unsure">Until when the call may be carried out, should nothing more be heard of it.</param>
    public Task BeginAsync(string channel, string kind, ImmutableArray<Telling> tellings, DateTimeOffset unsure, CancellationToken cancellationToken) => database.WriteAsync(
        async tables =>
        {
            var until = unsure.ToUnixTimeMilliseconds();
            await tables.ExecuteAsync(
                tellings.Select(telling => (FormattableString)$"""
                    UPDATE telling SET sent = NULL, unsure_until = CASE WHEN unsure_until > {until} THEN unsure_until ELSE {until} END
                    WHERE channel = {channel} AND kind = {kind} AND sku = {telling.Sku.Text} AND place = {telling.Place}
                    """),
                cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// What became of them. One that was taken while an earlier call may still be carried out is told once more after that; one that was wanted otherwise
    /// meanwhile is told again at once.
    /// </summary>
    public async Task FinishAsync(string channel, string kind, IReadOnlyCollection<TellingEnd> ends, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async tables =>
            {
                var now = Now;
                await tables.ExecuteAsync(ends.Select(end => End(channel, kind, end, now)), cancellationToken);
                return true;
            },
            cancellationToken);
        Changed?.Invoke();
    }

    private static FormattableString End(string channel, string kind, TellingEnd end, long now)
    {
        var (sku, place, value) = (end.Telling.Sku.Text, end.Telling.Place, end.Telling.Value);
        var unsure = (end.Unsure ?? end.Telling.Unsure)?.ToUnixTimeMilliseconds();
        unsure = unsure > now ? unsure : null;
        switch (end.Outcome)
        {
            case TellingOutcome.Taken:
                return $"""
                    UPDATE telling SET sent = {value}, sent_at = {now}, attempts = 0, refused = 0, reason = NULL, unsure_until = {unsure},
                        due_at = CASE WHEN wanted <> {value} THEN {now} ELSE {unsure} END
                    WHERE channel = {channel} AND kind = {kind} AND sku = {sku} AND place = {place}
                    """;
            case TellingOutcome.Again:
                var (due, attempts) = (end.Due.ToUnixTimeMilliseconds(), end.Telling.Attempts + (end.Counts ? 1L : 0L));
                return $"""
                    UPDATE telling SET attempts = {attempts}, reason = {end.Reason}, unsure_until = {unsure}, due_at = {due}
                    WHERE channel = {channel} AND kind = {kind} AND sku = {sku} AND place = {place}
                    """;
            default:
                return $"""
                    UPDATE telling SET attempts = 0, reason = {end.Reason}, unsure_until = {unsure}, refused = CASE WHEN wanted = {value} THEN 1 ELSE 0 END,
                        due_at = CASE WHEN wanted = {value} THEN NULL ELSE {now} END
                    WHERE channel = {channel} AND kind = {kind} AND sku = {sku} AND place = {place}
                    """;
        }
    }

    private static DateTimeOffset? TimeOrNull(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
