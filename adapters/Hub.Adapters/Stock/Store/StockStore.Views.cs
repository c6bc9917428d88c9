using System.Data.Common;

namespace Hub.Adapters.Stock.Store;

internal sealed partial class StockStore
{
    /// <summary>The owner's own numbers of an article, by place.</summary>
    public Task<List<(string Place, long Available, DateTimeOffset ChangedAt)>> GetLevelsAsync(string sku, CancellationToken cancellationToken) => database.ReadAsync(
        $"SELECT place, available, changed_at FROM stock WHERE sku = {sku} ORDER BY place",
        row => (row.GetString(0), row.GetInt64(1), Time(row, 2)), cancellationToken);

    /// <summary>What the owner's number of an article does not include yet, the oldest first.</summary>
    public Task<List<(string Id, string Place, long Change, string Reason, DeltaPhase Phase, DateTimeOffset CreatedAt)>> GetOpenAsync(
        string sku, CancellationToken cancellationToken) => database.ReadAsync(
        $"SELECT id, place, change, reason, phase, created_at FROM stock_delta WHERE sku = {sku} AND phase < 2 ORDER BY created_at, id",
        row => (row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3), (DeltaPhase)row.GetInt64(4), Time(row, 5)), cancellationToken);

    /// <summary>What the channels are told of an article.</summary>
    public Task<List<TellingRow>> GetTellingsAsync(string sku, CancellationToken cancellationToken) => database.ReadAsync(
        $"""
        SELECT channel, kind, sku, place, wanted, sent, due_at, refused, reason, changed_at, sent_at FROM telling
        WHERE sku = {sku} ORDER BY kind DESC, channel, place
        """,
        Row, cancellationToken);

    /// <summary>What changed last for any channel, or of that what channels refused.</summary>
    public Task<List<TellingRow>> ListAsync(bool refused, int take, CancellationToken cancellationToken) => refused
        ? database.ReadAsync(
            $"""
            SELECT channel, kind, sku, place, wanted, sent, due_at, refused, reason, changed_at, sent_at FROM telling
            WHERE refused = 1 ORDER BY changed_at DESC, channel, sku LIMIT {take}
            """,
            Row, cancellationToken)
        : database.ReadAsync(
            $"""
            SELECT channel, kind, sku, place, wanted, sent, due_at, refused, reason, changed_at, sent_at FROM telling
            ORDER BY changed_at DESC, channel, sku LIMIT {take}
            """,
            Row, cancellationToken);

    /// <summary>How many values each channel refused.</summary>
    public Task<List<(string Channel, string Kind, long Count)>> CountRefusedAsync(CancellationToken cancellationToken) => database.ReadAsync(
        $"SELECT channel, kind, COUNT(*) FROM telling WHERE refused = 1 GROUP BY channel, kind ORDER BY channel, kind",
        row => (row.GetString(0), row.GetString(1), row.GetInt64(2)), cancellationToken);

    private static TellingRow Row(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5),
        TimeOrNull(row, 6), row.GetInt64(7) == 1, row.IsDBNull(8) ? null : row.GetString(8), Time(row, 9), TimeOrNull(row, 10));

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
