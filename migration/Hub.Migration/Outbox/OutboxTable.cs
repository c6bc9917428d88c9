using System.Data.Common;
using Hub.Migration.Applying;

namespace Hub.Migration.Outbox;

/// <summary>Messages for others and rows that ought to be told and are not whole: <c>hub.outbox</c> and <c>hub.untold</c>.</summary>
internal sealed class OutboxTable(HubSql sql, string dataset, string target)
{
    private const int Named = 5;
    private const string Where = "WHERE dataset = @dataset AND target = @target";
    private const string Columns = "seq, kind, key, at_ms, body";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Once for its key; the body of one that nobody took yet is what the rows say now.</summary>
    public async ValueTask PutAsync(OutboxRow row, CancellationToken cancellationToken) => await sql.RunAsync(
        """
        INSERT INTO hub.outbox AS entry(dataset, target, kind, key, at_ms, body) VALUES(@dataset, @target, @kind, @key, @at, @body)
        ON CONFLICT(kind, key) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body WHERE entry.posted_ms IS NULL AND entry.dataset = excluded.dataset
        """,
        cancellationToken, [.. Parameters(), ("kind", row.Kind), ("key", row.Key), ("at", row.At.ToUnixTimeMilliseconds()), ("body", row.Body)]);

    public ValueTask<List<OutboxEntry>> ReadUnpostedAsync(long after, int count, CancellationToken cancellationToken) => sql.QueryAsync(
        $"SELECT {Columns} FROM hub.outbox {Where} AND posted_ms IS NULL AND seq > @after ORDER BY seq LIMIT @count", Read, cancellationToken,
        [.. Parameters(), ("after", after), ("count", (long)count)]);

    public ValueTask<List<OutboxEntry>> ReadPostedAsync(long before, CancellationToken cancellationToken) => sql.QueryAsync(
        $"SELECT {Columns} FROM hub.outbox {Where} AND posted_ms IS NOT NULL AND seq < @before ORDER BY seq DESC LIMIT 1", Read, cancellationToken,
        [.. Parameters(), ("before", before)]);

    public async ValueTask MarkPostedAsync(long sequence, DateTimeOffset now, CancellationToken cancellationToken) => await sql.RunAsync(
        "UPDATE hub.outbox SET posted_ms = @now WHERE seq = @seq", cancellationToken, ("now", now.ToUnixTimeMilliseconds()), ("seq", sequence));

    public async ValueTask PutUntoldAsync(string key, string reason, DateTimeOffset since, CancellationToken cancellationToken) => await sql.RunAsync(
        """
        INSERT INTO hub.untold(dataset, target, key, reason, since_ms) VALUES(@dataset, @target, @key, @reason, @since)
        ON CONFLICT(dataset, target, key) DO UPDATE SET reason = excluded.reason
        """,
        cancellationToken, [.. Parameters(), ("key", key), ("reason", reason), ("since", since.ToUnixTimeMilliseconds())]);

    public async ValueTask RemoveUntoldAsync(string key, CancellationToken cancellationToken) =>
        await sql.RunAsync($"DELETE FROM hub.untold {Where} AND key = @key", cancellationToken, [.. Parameters(), ("key", key)]);

    public async ValueTask<List<string>> ReadUntoldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await sql.QueryAsync(
            $"SELECT key, reason, since_ms, count(*) OVER () FROM hub.untold {Where} AND since_ms <= @until ORDER BY since_ms LIMIT {Named}",
            reader => (Key: reader.GetString(0), Reason: reader.GetString(1), Since: DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)), All: reader.GetInt64(3)),
            cancellationToken, [.. Parameters(), ("until", (now - Patience).ToUnixTimeMilliseconds())]);
        var reasons = rows.ConvertAll(row => $"{row.Key} is told to nobody since {row.Since:yyyy-MM-dd HH:mm} UTC: {row.Reason}");
        if (rows.Count > 0 && rows[0].All > Named)
        {
            reasons.Insert(0, $"{rows[0].All} rows of {dataset} wait to be told to others; the oldest {Named}:");
        }

        return reasons;
    }

    private (string, object?)[] Parameters() => [("dataset", dataset), ("target", target)];

    private static OutboxEntry Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)), reader.GetString(4));
}
