using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Tests.Embedded;

public sealed class SqliteFeedTests : IAsyncDisposable
{
    private readonly LegacyFile _legacy = new(
        "CREATE TABLE A(Id INTEGER PRIMARY KEY, V TEXT); CREATE TABLE B(K TEXT, N INTEGER, V TEXT, PRIMARY KEY(K, N)); CREATE TABLE C(Id INTEGER PRIMARY KEY)");

    private readonly List<SqliteFeed> _feeds = [];
    private readonly Clock _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var feed in _feeds)
        {
            await feed.DisposeAsync();
        }

        _legacy.Dispose();
    }

    [Fact]
    public async Task FirstOpening_BeginsAtThePresent_AndGoesOnWhereItWasAcknowledged()
    {
        _legacy.Install("A");
        _legacy.Write("INSERT INTO A(Id) VALUES(1)");
        var feed = Feed();
        var start = await feed.OpenAsync(null, Cancel);
        _legacy.Write("BEGIN; INSERT INTO A(Id) VALUES(2); INSERT INTO A(Id) VALUES(3); COMMIT");
        var batch = await feed.ReadAsync(Cancel);

        Assert.Equal((1, new Position(1)), (start.Next, start.Highest));
        Assert.Equal(["2", "3"], batch.Events.Select(change => change.Key[0].Text));
        Assert.Equal((3, start.Feed), (batch.Next.Next, batch.Next.Feed));
        Assert.Empty((await feed.ReadAsync(Cancel)).Events);
        var again = Feed();
        await again.OpenAsync(start, Cancel);
        Assert.Equal(2, (await again.ReadAsync(Cancel)).Events.Length);
    }

    [Fact]
    public async Task OutOfMemoryOnAHugeTransaction_IsKeptAwayByTheBound()
    {
        _legacy.Install("A");
        var feed = Feed();
        await feed.OpenAsync(null, Cancel);
        _legacy.Write("INSERT INTO A(Id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n");
        var batches = new List<ChangeBatch>();
        while (batches is not [.., { Cut: false }])
        {
            batches.Add(await feed.ReadAsync(Cancel));
        }

        Assert.Equal([8_000, 8_000, 4_000], batches.Select(batch => batch.Events.Length));
        _legacy.Write($"UPDATE A SET V = printf('%.*c', {SqliteFeed.MaxBytes / 2}, 'x') WHERE Id <= 5");
        Assert.Equal(2, (await feed.ReadAsync(Cancel)).Events.Length);
    }

    [Fact]
    public async Task Slots_OfSeveralTargets_KeepWhatTheSlowestHasNotApplied()
    {
        _legacy.Install("A");
        var (fast, slow) = (Feed(target: "fast"), Feed(target: "slow"));
        var start = await fast.OpenAsync(null, Cancel);
        await slow.OpenAsync(null, Cancel);
        _legacy.Write("INSERT INTO A(Id) VALUES(1), (2), (3)");
        await fast.AcknowledgeAsync(start with { Next = 3 }, Cancel);
        Assert.Equal(3, _legacy.Count("SELECT count(*) FROM hub_changes"));
        await slow.AcknowledgeAsync(start with { Next = 2 }, Cancel);
        Assert.Equal(1, _legacy.Count("SELECT count(*) FROM hub_changes"));

        // One that is taken out of the config holds nothing any longer.
        _legacy.Capture.KeepSlots("d", ["fast"]);
        _clock.Now += TimeSpan.FromMinutes(1);
        await fast.AcknowledgeAsync(start with { Next = 4 }, Cancel);
        Assert.Equal(0, _legacy.Count("SELECT count(*) FROM hub_changes"));
    }

    [Fact]
    public async Task PositionThatCantBeFollowed_StopsLoudly()
    {
        _legacy.Install("A");
        var feed = Feed();
        var start = await feed.OpenAsync(null, Cancel);
        _legacy.Write("INSERT INTO A(Id) VALUES(1), (2)");
        await feed.AcknowledgeAsync(start with { Next = 2 }, Cancel);

        await Breaks(start with { Next = 9 }, "restored from a backup");
        await Breaks(start with { Next = 1 }, "pruned up to 2");
        await Breaks(start with { Feed = "another" }, "made anew");
        await Feed().OpenAsync(start with { Feed = "", Next = 2 }, Cancel);

        async Task Breaks(FeedPoint at, string why) => Assert.Contains(
            why, (await Assert.ThrowsAsync<FeedBrokenException>(() => Feed().OpenAsync(at, Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watermark_OfADataset_StandsInItsFeedAloneAndKnowsItsMark()
    {
        _legacy.Install("A");
        _legacy.Capture.Install("other", ["C"]);
        var (feed, other) = (Feed(), Feed("other", "C"));
        await feed.OpenAsync(null, Cancel);
        await other.OpenAsync(null, Cancel);
        var lineage = await _legacy.Source.ReadLineageAsync(Cancel);
        Assert.Equal(1, await _legacy.Source.WriteWatermarkAsync("d", lineage, "copy/low", DateTimeOffset.FromUnixTimeMilliseconds(1_234), Cancel));
        Assert.Equal(2, await _legacy.Source.WriteWatermarkAsync("d", lineage, null, DateTimeOffset.FromUnixTimeMilliseconds(1_235), Cancel));

        Assert.Equal(
            [new("d", 1, DateTimeOffset.FromUnixTimeMilliseconds(1_234), lineage, "copy/low"), new Watermark("d", 2, DateTimeOffset.FromUnixTimeMilliseconds(1_235), lineage, null)],
            (await feed.ReadAsync(Cancel)).Events.Select(Watermark.Of));
        Assert.Empty((await other.ReadAsync(Cancel)).Events);
    }

    [Fact]
    public async Task Chunks_ByACompositeKey_AreTheWholeTable()
    {
        _legacy.Write("INSERT INTO B WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25) SELECT 'k' || (i % 3), i, 'v' FROM n");
        var table = Assert.Single(await _legacy.Source.DescribeAsync(["B", "Nowhere"], Cancel));
        var rows = new List<ChangeRow>();
        for (var full = true; full;)
        {
            var chunk = await _legacy.Source.ReadChunkAsync(table, rows.LastOrDefault(), null, 10, Cancel);
            rows.AddRange(chunk);
            full = chunk.Length == 10;
        }

        Assert.Equal(25, rows.Select(row => row.ToJson()).Distinct().Count());
        Assert.Equal("""{"K":"k0","N":3,"V":"v"}""", rows[0].ToJson());
        Assert.Equal(rows[10..15].Select(row => row.ToJson()), (await _legacy.Source.ReadChunkAsync(table, rows[9], rows[14], 100, Cancel)).Select(row => row.ToJson()));
        Assert.Equal(2, (await _legacy.Source.ReadRowsAsync(table, [rows[3], rows[24], ChangeRow.Parse("""{"K":"no","N":1}"""u8)], Cancel)).Length);
    }

    [Fact]
    public async Task CopiedRow_AndStreamedRow_AreWrittenAlike()
    {
        _legacy.Install("A");
        var feed = Feed();
        await feed.OpenAsync(null, Cancel);
        _legacy.Write("INSERT INTO A VALUES(1, 0.1 + 0.2), (2, x'01'), (3, 'ä\"'), (4, NULL)");
        var table = Assert.Single(await _legacy.Source.DescribeAsync(["A"], Cancel));

        Assert.Equal(
            (await feed.ReadAsync(Cancel)).Events.Select(change => change.After!.ToJson()),
            (await _legacy.Source.ReadChunkAsync(table, null, null, 10, Cancel)).Select(row => row.ToJson()));
    }

    [Fact]
    public async Task Inspection_TellsWhatBlocksAndWhatIsLost()
    {
        _legacy.Write("CREATE TABLE Keyless(V TEXT); CREATE TABLE Replacing(Id INTEGER PRIMARY KEY, Slug TEXT UNIQUE ON CONFLICT REPLACE)");
        var findings = await _legacy.Source.InspectAsync(["A", "Keyless", "Replacing", "Nowhere"], Cancel);

        Assert.Equal([true, false, true], findings.Select(finding => finding.Blocks));
        Assert.Contains("no primary key", findings[0].What, StringComparison.Ordinal);
        Assert.Contains("recursive_triggers", findings[1].Do, StringComparison.Ordinal);
    }

    private SqliteFeed Feed(string dataset = "d", string table = "A", string target = "new")
    {
        var feed = new SqliteFeed(_legacy.Source, dataset, target, [table], _clock);
        _feeds.Add(feed);
        return feed;
    }

    /// <summary>Timers run; the time of day is the test's.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
