using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Applying;
using Hub.Migration.Applying.Sqlite;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Tests.Applying;

public sealed class SqliteTargetTests : TargetStoreContract
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"hub-target-{Guid.NewGuid():N}.db");

    [Fact]
    public async Task StoreOfHub01_GoesOnFromWhereItStands()
    {
        await RunAsync(
            """
            CREATE TABLE hub_version(version INTEGER NOT NULL); INSERT INTO hub_version VALUES(1);
            CREATE TABLE hub_positions(dataset TEXT PRIMARY KEY NOT NULL, next INTEGER NOT NULL, epoch INTEGER NOT NULL, counter INTEGER NOT NULL DEFAULT 0, applied_ms INTEGER);
            CREATE TABLE hub_copies(dataset TEXT NOT NULL, source_table TEXT NOT NULL, lineage TEXT NOT NULL, key_mapping TEXT NOT NULL, mapping TEXT NOT NULL,
              last_key TEXT, rows INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(dataset, source_table));
            CREATE TABLE hub_quarantine(dataset TEXT NOT NULL, source_table TEXT NOT NULL, key TEXT NOT NULL, first_position INTEGER NOT NULL, position INTEGER NOT NULL,
              ts_ms INTEGER NOT NULL, before TEXT, after TEXT, reason TEXT NOT NULL, waits INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY(dataset, source_table, key));
            CREATE TABLE hub_outbox(seq INTEGER PRIMARY KEY AUTOINCREMENT, dataset TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL,
              body TEXT NOT NULL, posted_ms INTEGER, UNIQUE(kind, key));
            CREATE INDEX hub_outbox_open ON hub_outbox(seq) WHERE posted_ms IS NULL;
            CREATE TABLE hub_untold(dataset TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY(dataset, key));
            INSERT INTO hub_positions VALUES('shop', 41, 3, 7, 7000), ('other', 1, 1, 0, NULL);
            INSERT INTO grp VALUES(1, 'a', NULL, NULL);
            INSERT INTO hub_quarantine VALUES('shop', 'Items', '{"Id":5}', 40, 41, 1000, NULL, '{"Id":5,"GroupId":1,"Name":"bad","Amount":null}', 'CHECK', 1, 2);
            INSERT INTO hub_outbox(seq, dataset, kind, key, at_ms, body, posted_ms) VALUES(9, 'shop', 'order', 'k', 1, '{}', 2), (12, 'shop', 'order', 'l', 1, '{}', NULL);
            INSERT INTO hub_untold VALUES('shop', 'order 1', 'no lines', 5);
            """);
        foreach (var table in new[] { Shop.Groups, Shop.Items })
        {
            await RunAsync($"INSERT INTO hub_copies VALUES('shop', '{table.From}', 'l', '{table.Fingerprint.Key}', '{table.Fingerprint.Columns}', '{{\"Id\":1}}', 1, 1)");
        }

        await using (var session = await TakeAsync())
        {
            Assert.Equal((41L, "", new Hub.ChangeFeed.Position(41), 4L, 7L), (session.State.Point.Next, session.State.Point.Feed, session.State.Point.Highest, session.State.Epoch, session.State.Counter));
            Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(7), session.State.AppliedAt);
            Assert.True(session.State.Copies["Items"] is { Begun: true, Done: true, Rows: 1 });
            Assert.Equal((1L, 1L, 1L), (session.State.Quarantined, session.State.Untold, session.State.Unposted));
            Assert.Equal([12L], (await Target.Outbox.ReadUnpostedAsync(0, 10, Token)).Select(message => message.Sequence));
            await LoosenAsync();
            Assert.Equal(1, await session.RetryAsync(null, Token));
        }

        Assert.Equal(["5 bad"], await RowsAsync("SELECT id, name FROM item"));
        Assert.Equal(["3 0"], await RowsAsync("SELECT version, (SELECT count(*) FROM sqlite_master WHERE name LIKE 'hub_1%') FROM hub_version"));
        Assert.Equal(["other  1"], await RowsAsync("SELECT dataset, target, next FROM hub_positions WHERE dataset = 'other'"));
    }

    [Fact]
    public async Task StoreOfANewerHub_IsNotTaken()
    {
        await RunAsync("CREATE TABLE hub_version(version INTEGER NOT NULL); INSERT INTO hub_version VALUES(99)");

        Assert.Contains("a newer Hub", (await Assert.ThrowsAsync<InvalidOperationException>(TakeAsync)).Message, StringComparison.Ordinal);
    }

    protected override string HubPrefix => "hub_";

    protected override int Histories => 40;

    private protected override Task<HubTarget> OpenAsync()
    {
        using var made = new SqliteFile(_path).Open();
        return Task.FromResult<HubTarget>(new SqliteTarget(_path, Shop.Dataset, "here") { Durable = false });
    }

    protected override Task CloseAsync()
    {
        SqliteConnection.ClearAllPools();
        foreach (var file in new[] { _path, $"{_path}-wal", $"{_path}-shm" })
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }

    protected override Task RunAsync(string sql)
    {
        using var connection = new SqliteFile(_path, durable: false).Open();
        connection.Run(sql);
        return Task.CompletedTask;
    }

    protected override Task<string[]> RowsAsync(string sql)
    {
        using var connection = new SqliteFile(_path, durable: false).Open();
        using var command = connection.Prepare(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetString(i))));
        }

        return Task.FromResult(rows.ToArray());
    }

    protected override Task LoosenAsync() => RunAsync(
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = replace(sql, 'CHECK (name <> ''bad'')', '') WHERE name = 'item';
        PRAGMA writable_schema = RESET;
        PRAGMA schema_version = 1000;
        """);

    private protected override async Task AskSourceRowsAsync(Func<SourceRowTable, Task> ask)
    {
        using var connection = new SqliteFile(_path, durable: false).Open();
        await ask(new SourceRowTable(new HubSql(connection), Shop.Dataset, "here", (_, _, _) => Task.FromResult<IReadOnlyList<ChangeRow>>([])));
    }
}
