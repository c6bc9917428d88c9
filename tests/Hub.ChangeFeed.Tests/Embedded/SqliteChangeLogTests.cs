using Hub.ChangeFeed.Embedded;

namespace Hub.ChangeFeed.Tests.Embedded;

public sealed class SqliteChangeLogTests : IDisposable
{
    private readonly LegacyFile _legacy = new(
        "CREATE TABLE A(Id INTEGER PRIMARY KEY, V TEXT); CREATE TABLE B(K TEXT, N INTEGER, V TEXT, PRIMARY KEY(K, N)); CREATE TABLE C(Id INTEGER PRIMARY KEY)");

    public void Dispose() => _legacy.Dispose();

    [Fact]
    public void Batch_WithinItsBound_IsWholeTransactions()
    {
        _legacy.Install("A");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        _legacy.Write("INSERT INTO A(Id) VALUES(1); BEGIN; INSERT INTO A(Id) VALUES(2)");
        var first = log.Read(default);
        _legacy.Write("INSERT INTO A(Id) VALUES(3); COMMIT");
        var second = log.Read(first.Next);

        Assert.Single(first.Events);
        Assert.Equal(2, second.Events.Length);
        Assert.False(second.Cut);
    }

    [Fact]
    public void OutOfMemoryOnAHugeTransaction_IsKeptAwayByTheBound()
    {
        _legacy.Install("A");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        _legacy.Write("INSERT INTO A(Id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n");

        var sizes = new List<int>();
        var position = default(Position);
        for (var cut = true; cut;)
        {
            var batch = log.Read(position);
            sizes.Add(batch.Events.Length);
            (position, cut) = (batch.Next, batch.Cut);
        }

        Assert.Equal([2_000, 2_000, 1_000], sizes);
        _legacy.Write($"UPDATE A SET V = printf('%.*c', {SqliteChangeLog.MaxBytes / 2}, 'x') WHERE Id <= 5");
        Assert.Equal(2, log.Read(position).Events.Length);
    }

    [Fact]
    public void Chunk_OfKeysOfBytes_GoesOnAfterTheLast()
    {
        _legacy.Write("CREATE TABLE Bytes(K BLOB PRIMARY KEY NOT NULL); INSERT INTO Bytes VALUES(x'00'), (x'01'), (x'02'), (x'ff')");
        _legacy.Install("Bytes");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["Bytes"]);
        var table = SqliteTable.Read(_legacy.Legacy, "Bytes")!;
        var first = log.ReadChunk(table, after: null, rows: 3);
        var second = log.ReadChunk(table, first.Events[^1].Key, rows: 3);

        Assert.Equal(3, first.Events.Length);
        Assert.Equal("""{"K":{"$hex":"ff"}}""", Assert.Single(second.Events).Key.ToJson());
    }

    [Fact]
    public void Chunk_AfterANullInAKey_IsRefusedWithWords()
    {
        _legacy.Write("INSERT INTO B(K, N) VALUES('a', NULL), ('a', 1)");
        _legacy.Install("B");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["B"]);
        var table = SqliteTable.Read(_legacy.Legacy, "B")!;
        var first = log.ReadChunk(table, after: null, rows: 1);

        Assert.Contains("null in its primary key", Assert.Throws<FeedBrokenException>(() => log.ReadChunk(table, first.Events[^1].Key, rows: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_OfADataset_PassesOverOtherTablesAndOtherDatasets()
    {
        _legacy.Install("A");
        _legacy.Capture.Install("other", ["C"]);
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        using var other = new SqliteChangeLog(_legacy.Source, "other", ["C"]);
        _legacy.Write("INSERT INTO C VALUES(1)");
        other.WriteWatermark(DateTimeOffset.UnixEpoch);
        log.WriteWatermark(DateTimeOffset.FromUnixTimeMilliseconds(1_234));
        _legacy.Write("INSERT INTO C VALUES(2)");

        var batch = log.Read(default);
        Assert.Equal(log.Head, batch.Next);
        var watermark = Assert.Single(batch.Events);
        Assert.Equal("{\"dataset\":\"d\",\"counter\":1,\"ts_ms\":1234,\"lineage\":\"\",\"mark\":null}", watermark.After!.ToJson());
        Assert.Equal((0, null), log.Behind(default));
        Assert.Equal(2, other.Behind(default).Events);
    }

    [Fact]
    public void Watermark_WrittenAgain_IsOneRowInPlace()
    {
        _legacy.Install("A");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        log.WriteWatermark(DateTimeOffset.UnixEpoch);
        log.WriteWatermark(DateTimeOffset.UnixEpoch);

        Assert.Equal(1, _legacy.Count("SELECT count(*) FROM hub_watermark"));
        Assert.Equal(2, _legacy.Count("SELECT counter FROM hub_watermark"));
    }

    [Fact]
    public void Version_ChangesWithLegacysWrites_AndOnlyThen()
    {
        _legacy.Install("A");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        var version = log.Version;

        Assert.Equal(version, log.Version);
        _legacy.Write("INSERT INTO A(Id) VALUES(1)");
        Assert.NotEqual(version, log.Version);
    }

    [Fact]
    public void Chunks_ByACompositeKey_AreTheWholeTable()
    {
        _legacy.Write("INSERT INTO B WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25) SELECT 'k' || (i % 3), i, 'v' FROM n");
        _legacy.Install("B");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["B"]);
        var table = SqliteTable.Read(_legacy.Legacy, "B")!;

        var keys = new List<string>();
        ChangeRow? last = null;
        for (var more = true; more;)
        {
            var chunk = log.ReadChunk(table, last, 10);
            keys.AddRange(chunk.Events.Select(change => change.Key.ToJson()));
            Assert.All(chunk.Events, change => Assert.Equal(ChangeOperation.Read, change.Operation));
            (last, more) = (chunk.Events.LastOrDefault()?.Key ?? last, !chunk.Last);
        }

        Assert.Equal(25, keys.Distinct().Count());
        Assert.Equal("""{"K":"k0","N":3}""", keys[0]);
        Assert.Equal("""{"K":"k2","N":23}""", keys[^1]);
    }

    [Fact]
    public void CopiedRow_AndStreamedRow_AreWrittenAlike()
    {
        _legacy.Install("A");
        _legacy.Write("INSERT INTO A VALUES(1, 0.1 + 0.2), (2, x'01'), (3, 'ä\"'), (4, NULL)");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);

        Assert.Equal(
            log.Read(default).Events.Select(change => change.After!.ToJson()),
            log.ReadChunk(SqliteTable.Read(_legacy.Legacy, "A")!, null, 10).Events.Select(change => change.After!.ToJson()));
    }

    [Fact]
    public void Chunk_StandsAtThePositionThatItWasReadAt()
    {
        _legacy.Install("A");
        _legacy.Write("INSERT INTO A VALUES(1, 'a'), (2, 'b'); DELETE FROM A WHERE Id = 1");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);

        var chunk = log.ReadChunk(SqliteTable.Read(_legacy.Legacy, "A")!, null, 10);
        Assert.Equal(new Position(3), chunk.At);
        Assert.Single(chunk.Events);
        Assert.True(chunk.Last);
    }

    [Fact]
    public void Prune_TakesWhatIsApplied_AndKeepsTheRest()
    {
        _legacy.Install("A");
        _legacy.Capture.Install("other", ["C"]);
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        _legacy.Write("INSERT INTO A(Id) VALUES(1), (2), (3); INSERT INTO C VALUES(1)");

        Assert.Equal(2, log.Prune(new Position(2)));
        Assert.Equal(2, _legacy.Count("SELECT count(*) FROM hub_changes"));
        Assert.Single(log.Read(new Position(2)).Events);
    }

    [Fact]
    public void Read_AfterChangesThatArePruned_StopsLoudly()
    {
        _legacy.Install("A");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        _legacy.Write("INSERT INTO A(Id) VALUES(1), (2)");
        log.Prune(new Position(2));

        Assert.Contains("pruned up to 2", Assert.Throws<FeedBrokenException>(() => log.Read(new Position(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfASourceThatIsOlderThanThePosition_StopsLoudly()
    {
        _legacy.Install("A");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);

        Assert.Contains("restored from a backup", Assert.Throws<FeedBrokenException>(() => log.Read(new Position(9))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfARecordThatIsNoEnvelope_StopsLoudly()
    {
        _legacy.Install("A");
        using var log = new SqliteChangeLog(_legacy.Source, "d", ["A"]);
        _legacy.Write("INSERT INTO hub_changes(\"table\", ts_ms, key, envelope) VALUES('A', 0, '{}', '{')");

        Assert.Contains("row 1 of hub_changes", Assert.Throws<FeedBrokenException>(() => log.Read(default)).Message, StringComparison.Ordinal);
    }
}
