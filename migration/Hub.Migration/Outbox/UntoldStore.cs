using Hub.ChangeFeed.Embedded;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Outbox;

/// <summary>Rows that ought to be told to others and are not whole: most become so in a moment, the rest a person has to look at.</summary>
internal static class UntoldStore
{
    private const int Named = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static void Put(SqliteConnection connection, string dataset, string key, string reason, DateTimeOffset since) => connection.Run(
        """
        INSERT INTO hub_untold(dataset, key, reason, since_ms) VALUES($dataset, $key, $reason, $since)
        ON CONFLICT DO UPDATE SET reason = excluded.reason
        """,
        ("$dataset", dataset), ("$key", key), ("$reason", reason), ("$since", since.ToUnixTimeMilliseconds()));

    public static void Remove(SqliteConnection connection, string dataset, string key) =>
        connection.Run("DELETE FROM hub_untold WHERE dataset = $dataset AND key = $key", ("$dataset", dataset), ("$key", key));

    /// <summary>Those that have been so for long, in words, for people.</summary>
    public static List<string> Reasons(SqliteConnection connection, string dataset, DateTimeOffset now)
    {
        using var command = connection.Prepare(
            "SELECT key, reason, since_ms, count(*) OVER () FROM hub_untold WHERE dataset = $dataset AND since_ms <= $until ORDER BY since_ms LIMIT $named",
            ("$dataset", dataset), ("$until", (now - Patience).ToUnixTimeMilliseconds()), ("$named", Named));
        using var reader = command.ExecuteReader();
        var reasons = new List<string>();
        while (reader.Read())
        {
            if (reasons.Count == 0 && reader.GetInt64(3) > Named)
            {
                reasons.Add($"{reader.GetInt64(3)} rows of {dataset} wait to be told to others; the oldest {Named}:");
            }

            reasons.Add($"{reader.GetString(0)} is told to nobody since {DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)):yyyy-MM-dd HH:mm} UTC: {reader.GetString(1)}");
        }

        return reasons;
    }
}
