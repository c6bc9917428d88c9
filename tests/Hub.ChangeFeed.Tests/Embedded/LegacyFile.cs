using Hub.ChangeFeed.Embedded;
using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Tests.Embedded;

/// <summary>A legacy database in a folder of its own, with a connection of legacy's.</summary>
internal sealed class LegacyFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-feed-").FullName;

    public LegacyFile(string schema)
    {
        Legacy = new SqliteConnection($"Data Source={Path.Combine(_folder, "legacy.db")};Pooling=False");
        Legacy.Open();
        Write("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON");
        Write(schema);
        Source = new SqliteSource(Path.Combine(_folder, "legacy.db"));
        Capture = new SqliteCapture(Source);
    }

    public SqliteConnection Legacy { get; }

    public SqliteSource Source { get; }

    public SqliteCapture Capture { get; }

    public void Write(string sql)
    {
        using var command = Legacy.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Count(string sql)
    {
        using var command = Legacy.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public void Install(params string[] tables)
    {
        var outcome = Capture.Install("d", tables);
        Assert.Null(outcome.Refusal);
        Assert.Empty(outcome.Waiting);
    }

    /// <summary>All changes, each written <c>op table key before → after</c>.</summary>
    public string[] Changes(params string[] tables)
    {
        // All of it is in SQLite: nothing is waited for.
        var feed = new SqliteFeed(Source, "d", "test", tables, TimeProvider.System);
        feed.OpenAsync(new FeedPoint("", 0, default), CancellationToken.None).GetAwaiter().GetResult();
        var changes = new List<string>();
        while (feed.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { Events.IsEmpty: false } batch)
        {
            changes.AddRange(batch.Events.Select(change => $"{change.Operation} {change.Table} {change.Key.ToJson()} {change.Before?.ToJson()} → {change.After?.ToJson()}"));
        }

        feed.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return [.. changes];
    }

    public void Dispose()
    {
        Legacy.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
