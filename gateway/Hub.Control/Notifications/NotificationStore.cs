using System.Text.Json;
using Hub.Control.Audit;
using Hub.Control.Store;
using Hub.Placement.Config;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Notifications;

/// <summary>A notification that waits for its receiver.</summary>
internal sealed record Waiting(long Row, string Target, Notification Notification, int Attempts);

/// <summary>
/// What is still to be sent, in control's store. It follows the audit trail by a mark of its own, in one transaction with
/// what it writes: so no flip waits for it, and none is forgotten or told twice by a restart.
/// </summary>
/// <remarks>Bound: of each receiver the newest <see cref="MostWaiting"/>, for a day.</remarks>
internal sealed class NotificationStore(ControlStore store, TimeProvider time)
{
    public const int MostWaiting = 1_000;

    private const int MostAtOnce = 200;

    public static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    /// <summary>Takes what the audit trail has got since the last time. What was there before the first time is not told.</summary>
    public Task<int> FollowAsync(IReadOnlyDictionary<string, NotificationConfig> targets) => store.WriteAsync(connection =>
    {
        var mark = connection.QueryNumber($"SELECT value FROM notified WHERE what = 'audit'");
        var last = connection.QueryNumber($"SELECT MAX(id) FROM audit") ?? 0;
        if (mark == last)
        {
            return 0;
        }

        var told = 0;
        foreach (var row in mark is null || targets.Count == 0 ? [] : AuditTrail.After(connection, mark.Value, MostAtOnce))
        {
            last = row.Id;
            if (Notification.Of(row) is { } notification)
            {
                told += Add(connection, targets, notification);
            }
        }

        connection.Execute($"INSERT OR REPLACE INTO notified (what, value) VALUES ('audit', {last})");
        return told;
    });

    /// <summary>Up to where each trouble was told, by its name.</summary>
    public Dictionary<string, long> Marks()
    {
        using var connection = store.Open();
        return connection.Query(
            $"SELECT what, value FROM notified WHERE what <> 'audit'", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToDictionary();
    }

    /// <summary>Adds what no audit row tells of, and keeps that it was told, in one transaction.</summary>
    public Task<int> AddAsync(
        IReadOnlyDictionary<string, NotificationConfig> targets, IReadOnlyCollection<Notification> notifications, IReadOnlyDictionary<string, long> marks) =>
        store.WriteAsync(connection =>
        {
            foreach (var (what, value) in marks)
            {
                connection.Execute($"INSERT OR REPLACE INTO notified (what, value) VALUES ({what}, {value})");
            }

            return notifications.Sum(notification => Add(connection, targets, notification));
        });

    /// <summary>While nobody is to be told nothing is looked at: what there is when somebody is again is where it begins anew.</summary>
    public Task<int> ForgetMarksAsync() => store.WriteAsync(connection => connection.Execute($"DELETE FROM notified WHERE what <> 'audit'"));

    /// <summary>Tries all that waits at once: after a restart the receiver, or the way to it, may be another.</summary>
    public Task<int> WakeAsync() => store.WriteAsync(connection => connection.Execute($"UPDATE notification SET next_at = 0"));

    /// <summary>Those whose time has come, the oldest first.</summary>
    public List<Waiting> Due()
    {
        using var connection = store.Open();
        return connection.Query(
            $"SELECT id, target, body, attempts FROM notification WHERE next_at <= {time.GetUtcNow().ToUnixTimeMilliseconds()} ORDER BY id LIMIT {MostAtOnce}",
            row => new Waiting(
                row.GetInt64(0), row.GetString(1), JsonSerializer.Deserialize<Notification>(row.GetString(2), JsonSerializerOptions.Web)!, row.GetInt32(3)));
    }

    public Task<int> SentAsync(Waiting waiting) =>
        store.WriteAsync(connection => connection.Execute($"DELETE FROM notification WHERE id = {waiting.Row}"));

    /// <summary>Puts off all that waits for the receiver: 1 s, 2 s, 4 s, … to a quarter of an hour.</summary>
    public Task<int> FailedAsync(Waiting waiting)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(900, Math.Pow(2, Math.Min(waiting.Attempts, 10))));
        var next = (time.GetUtcNow() + pause).ToUnixTimeMilliseconds();
        return store.WriteAsync(connection =>
            connection.Execute($"UPDATE notification SET next_at = MAX(next_at, {next}) WHERE target = {waiting.Target}")
            + connection.Execute($"UPDATE notification SET attempts = attempts + 1 WHERE id = {waiting.Row}"));
    }

    /// <summary>Forgets what is too old, too much, or for a receiver that the file holds no longer.</summary>
    /// <returns>How many were given up.</returns>
    public Task<int> TrimAsync(IReadOnlyDictionary<string, NotificationConfig> targets) => store.WriteAsync(connection =>
    {
        var given = connection.Execute($"DELETE FROM notification WHERE at < {time.GetUtcNow() - Keep}");
        foreach (var target in connection.Query($"SELECT DISTINCT target FROM notification", row => row.GetString(0)))
        {
            given += targets.ContainsKey(target)
                ? connection.Execute(
                    $"DELETE FROM notification WHERE target = {target} AND id <= (SELECT id FROM notification WHERE target = {target} ORDER BY id DESC LIMIT 1 OFFSET {MostWaiting})")
                : connection.Execute($"DELETE FROM notification WHERE target = {target}");
        }

        return given;
    });

    private int Add(SqliteConnection connection, IReadOnlyDictionary<string, NotificationConfig> targets, Notification notification)
    {
        var wanted = targets.Where(target => target.Value.Kinds.Count == 0
            || target.Value.Kinds.Contains(notification.Kind, StringComparer.OrdinalIgnoreCase)).ToList();

        // It waits behind those before it, so that a receiver that is back hears all in their order.
        wanted.ForEach(target => connection.Execute(
            $"""
            INSERT INTO notification (target, at, body, attempts, next_at)
            SELECT {target.Key}, {time.GetUtcNow()}, {JsonSerializer.Serialize(notification, JsonSerializerOptions.Web)}, 0,
                COALESCE((SELECT MAX(next_at) FROM notification WHERE target = {target.Key}), 0)
            """));
        return wanted.Count;
    }
}
