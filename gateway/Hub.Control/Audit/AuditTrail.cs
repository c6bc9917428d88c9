using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Audit;

/// <summary>Who, from where, why, before and after. Rows are only ever added, in the transaction of what they tell of.</summary>
internal sealed class AuditTrail(ControlStore store)
{
    public static void Add(
        SqliteConnection connection, DateTimeOffset at, Caller by, string action, string subject, string? reason, string? before,
        string? after, RevisionId revision) =>
        connection.Execute(
            $"""
            INSERT INTO audit (at, by, source, action, subject, reason, before, after, epoch, number)
            VALUES ({at}, {by.Name}, {by.From}, {action}, {subject}, {reason}, {before}, {after}, {revision.Epoch}, {revision.Number})
            """);

    /// <summary>What came after a row, the oldest first, within the caller's transaction.</summary>
    public static List<AuditView> After(SqliteConnection connection, long id, int most) => connection.Query(
        $"SELECT id, at, by, source, action, subject, reason, before, after, epoch, number FROM audit WHERE id > {id} ORDER BY id LIMIT {most}", View);

    private static AuditView View(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetDateTimeOffset(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
        row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), new RevisionId(row.GetString(9), row.GetInt64(10)));

    /// <summary>The newest first.</summary>
    public ImmutableArray<AuditView> Read(int take, DateTimeOffset? since = null)
    {
        using var connection = store.Open();
        return [.. connection.Query(
            $"""
            SELECT id, at, by, source, action, subject, reason, before, after, epoch, number FROM audit
            WHERE at >= {(since ?? DateTimeOffset.UnixEpoch)} ORDER BY id DESC LIMIT {take}
            """,
            View)];
    }
}
