using System.Globalization;
using Hub.ChangeFeed;
using Hub.ChangeFeed.MariaDb;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying.Postgres;
using Hub.Migration.Verification;
using Hub.Servers;

namespace Hub.Migration.Tests.Verification;

/// <summary>A real MariaDB against a real PostgreSQL. What stands there was copied before; of the stream only watermarks come by.</summary>
public sealed class MariaDbVerificationTests : IAsyncLifetime
{
    private const string Things =
        "INSERT INTO thing VALUES(1, 'C-1', 1.10, '2026-07-01 12:00:00', 1, 1, 'Grüße'), (2, 'c-2', 20.00, NULL, 0, NULL, NULL), (3, 'C-3', NULL, '2026-01-01 12:00:00', 1, -3, '')";

    private TestDatabase? _source;
    private TestDatabase? _target;
    private FedTarget? _fed;

    private FedTarget Fed => _fed!;

    public async ValueTask InitializeAsync()
    {
        (_source, _target) = (await TestDatabase.MariaDbAsync("hub_verify_old"), await TestDatabase.PostgresAsync("hub_verify_new"));
        foreach (var sql in (string[])[
            "CREATE TABLE thing(id BIGINT PRIMARY KEY, code VARCHAR(50) NOT NULL, amount DECIMAL(12,2), at DATETIME, flag TINYINT, n BIGINT, note TEXT)",
            "CREATE TABLE sold(id BIGINT PRIMARY KEY, state VARCHAR(10), buyer VARCHAR(100))",
            "CREATE TABLE blank(id BIGINT PRIMARY KEY, name TEXT)",
            "CREATE TABLE tagged(tag VARCHAR(50) PRIMARY KEY, n BIGINT)",
            "CREATE TABLE hub_watermark(dataset VARCHAR(200) PRIMARY KEY, counter BIGINT NOT NULL, ts_ms BIGINT NOT NULL, lineage VARCHAR(200) NOT NULL, mark VARCHAR(500))",
            "CREATE TABLE marks(seq BIGINT AUTO_INCREMENT PRIMARY KEY, ts_ms BIGINT, lineage VARCHAR(200), mark VARCHAR(500))",
            "CREATE TRIGGER first_mark AFTER INSERT ON hub_watermark FOR EACH ROW INSERT INTO marks(ts_ms, lineage, mark) VALUES(NEW.ts_ms, NEW.lineage, NEW.mark)",
            "CREATE TRIGGER next_mark AFTER UPDATE ON hub_watermark FOR EACH ROW INSERT INTO marks(ts_ms, lineage, mark) VALUES(NEW.ts_ms, NEW.lineage, NEW.mark)",
            Things, "INSERT INTO tagged VALUES('alpha', 1), ('Beta', 1), ('_x', 1)", "INSERT INTO sold VALUES(1, 'paid', 'a'), (2, 'open', 'b')"])
        {
            await _source.RunAsync(sql);
        }

        await _target.RunAsync("""
            CREATE TABLE thing(id BIGINT PRIMARY KEY, code TEXT NOT NULL, amount NUMERIC(12,2), at TIMESTAMPTZ, flag BOOLEAN, n BIGINT, note TEXT);
            CREATE TABLE sold(id BIGINT PRIMARY KEY, state TEXT, buyer TEXT);
            CREATE TABLE blank(id BIGINT PRIMARY KEY, name TEXT);
            CREATE TABLE tagged(tag TEXT PRIMARY KEY, n BIGINT);
            """);
        var source = new MariaDbSource(_source.ConnectionString);
        _fed = await FedTarget.StartAsync(
            """ "MariaDb": { "Connection": "Server=old;Database=old" }, "Kafka": { "Bootstrap": "kafka:9092" } """, """ "Postgres": { "Connection": "Host=new;Database=new" } """, source,
            () => new PostgresTarget(_target.ConnectionString, FedTarget.Dataset, FedTarget.Name), new MarksFeed(_source), new Dictionary<string, string>());
        await _target.RunAsync("""
            INSERT INTO thing VALUES(1, 'C-1', 1.1, '2026-07-01 10:00Z', true, 1, 'Grüße'), (2, 'c-2', 20, NULL, false, NULL, NULL), (3, 'C-3', NULL, '2026-01-01 11:00Z', true, -3, '');
            INSERT INTO tagged VALUES('alpha', 1), ('Beta', 1), ('_x', 1);
            INSERT INTO sold VALUES(1, 'paid', 'a');
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (_fed is not null)
        {
            await _fed.DisposeAsync();
        }

        await _source!.DisposeAsync();
        await _target!.DisposeAsync();
    }

    [Fact]
    public async Task Verify_BothHoldTheSame_FindsThemEqual() => Assert.Equal(default, await Fed.VerifyAsync());

    [Fact]
    public async Task Verify_RowsDiffer_AreFoundAndRepaired()
    {
        await _target!.RunAsync("DELETE FROM thing WHERE id = 1; UPDATE thing SET at = '2026-01-01 12:00Z' WHERE id = 3; INSERT INTO blank VALUES(5, 'x'); UPDATE tagged SET n = 2 WHERE tag = 'Beta'");

        Assert.Equal(new DifferenceCounts(1, 1, 2, 0), await Fed.VerifyAsync(new VerificationRequest { ChunkRows = 2 }));
        Assert.Equal(default, await Fed.VerifyAsync(new VerificationRequest(Repair: true) { ChunkRows = 2 }));
        Assert.Equal(default, await Fed.VerifyAsync());
    }

    /// <summary>Watermarks alone, as they are written.</summary>
    private sealed class MarksFeed(TestDatabase source) : IChangeFeed
    {
        private static readonly ColumnNames Names = new(["dataset", "counter", "ts_ms", "lineage", "mark"]);
        private static readonly ColumnNames KeyNames = new(["dataset"]);
        private long _seen;

        public Task<FeedPoint> OpenAsync(FeedPoint? at, CancellationToken cancellationToken) => Task.FromResult(at ?? new FeedPoint("marks", 0, new Position(1)));

        public async ValueTask<ChangeBatch> ReadAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(1, cancellationToken);
            await using var connection = await source.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT seq, ts_ms, lineage, mark FROM marks WHERE seq > {_seen} ORDER BY seq LIMIT 1");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return new ChangeBatch([], Point());
            }

            _seen = reader.GetInt64(0);
            var row = new ChangeRow(Names, [
                new(ChangeValueKind.Text, FedTarget.Dataset), Number(_seen), Number(reader.GetInt64(1)), new(ChangeValueKind.Text, reader.GetString(2)),
                new(ChangeValueKind.Text, reader.GetString(3))]);
            var key = new ChangeRow(KeyNames, [new(ChangeValueKind.Text, FedTarget.Dataset)]);
            return new ChangeBatch(
                [new ChangeEvent(ChangeOperation.Update, Watermark.Table, key, null, row, new Position(1, (ulong)_seen), DateTimeOffset.UnixEpoch)], Point());
        }

        public ValueTask AcknowledgeAsync(FeedPoint applied, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static ChangeValue Number(long number) => new(ChangeValueKind.Number, number.ToString(CultureInfo.InvariantCulture));

        private FeedPoint Point() => new("marks", _seen, new Position(1, (ulong)_seen));
    }
}
