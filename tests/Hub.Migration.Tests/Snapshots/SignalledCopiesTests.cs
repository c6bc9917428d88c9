using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Snapshots;

namespace Hub.Migration.Tests.Snapshots;

public sealed class SignalledCopiesTests
{
    private const string Id = "shop/item/7000";

    [Fact]
    public void Begin_TheFirstWatermarkOfItsRound_DrawsTheSameIdForEveryTarget()
    {
        var (one, other) = (Copies(), Copies());
        one.Want("item", 7);
        other.Want("item", 6);
        Assert.Null(one.Begin(At(6)));

        var begun = one.Begin(At(7))!;

        Assert.Equal(new CopyState("item", Begun: true, LastKey: null, Rows: 0, Done: false) { Signal = Id }, begun);
        Assert.Equal(begun, other.Begin(At(7)));
        Assert.False(one.IsWanted);
        Assert.Null(one.Begin(At(8)));
    }

    [Fact]
    public void Id_LongNames_FitsIntoItsColumn() => Assert.Equal(64, SignalledCopies.IdOf(new string('d', 40), new string('t', 60), DateTimeOffset.UnixEpoch).Length);

    [Theory]
    [InlineData("SUCCEEDED")]
    [InlineData("EMPTY")]
    public void Scan_ThatEnded_EndsTheCopyWithItsRows(string status)
    {
        // An empty table is told of before the signal's own row comes.
        var copies = Begun();
        copies.Count("item");
        copies.Count("other");

        Assert.Equal([new CopyState("item", true, null, 1, Done: true) { Signal = Id }], copies.Take([Said("TABLE_SCAN_COMPLETED", status)]));
        Assert.False(copies.Any);
    }

    [Theory]
    [InlineData("UNKNOWN_SCHEMA", "does not know item")]
    [InlineData("NO_PRIMARY_KEY", "has no primary key")]
    [InlineData("SQL_EXCEPTION", "could not read item")]
    [InlineData("SKIPPED", "has skipped item")]
    [InlineData("SOMETHING_NEW", "'SOMETHING_NEW', which this Hub does not know")]
    public void Scan_ThatFailed_IsToldAndNotDone(string status, string told)
    {
        var copy = Assert.Single(Begun().Take([Said("TABLE_SCAN_COMPLETED", status)]));

        Assert.False(copy.Done);
        Assert.True(SignalWord.IsFailure(copy.Said));
        Assert.Contains(told, SignalWord.Explain("shop", "item", copy.Said), StringComparison.Ordinal);
        Assert.Contains("hub dataset snapshot shop --table item", SignalWord.Explain("shop", "item", copy.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_ThatBeganBeforeTheSignal_EndsNothing()
    {
        // The connector puts the newest signal's id into what it says of an older one's scan.
        var copies = Begun();

        Assert.Equal("HEARD", Assert.Single(copies.Take([Said("TABLE_SCAN_COMPLETED", "SUCCEEDED", "item,item")])).Said);
        Assert.True(Assert.Single(copies.Take([Said("TABLE_SCAN_COMPLETED", "SUCCEEDED", id: "another's")])).Done);
    }

    [Fact]
    public void Scan_OfAnothersSignalBeforeOurs_SaysNothing() => Assert.Empty(Begun().Take([Said("TABLE_SCAN_COMPLETED", "SUCCEEDED", id: "another's"), Said("ABORTED", id: "another's")]));

    [Fact]
    public void PauseResumeAndStop_AreKept()
    {
        var copies = Begun();
        string? Take(DebeziumNotification said) => Assert.Single(copies.Take([said])).Said;

        Assert.Equal("HEARD", Take(new DebeziumNotification(Id, DebeziumNotification.Signal, "execute-snapshot", null, null, null)));
        Assert.Equal("PAUSED", Take(Said("PAUSED")));
        Assert.Equal("HEARD", Take(Said("RESUMED")));
        Assert.Empty(copies.Take([Said("ABORTED", tables: "other")]));
        Assert.Equal("ABORTED", Take(Said("ABORTED", tables: "other,item")));
    }

    [Fact]
    public void Rounds_TargetsThatAreNear_ShareOne()
    {
        var newest = 10L;
        var rounds = new SignalRounds(() => newest, targets: 2);

        var first = rounds.Next("item", applied: 0);
        newest = 11;

        Assert.Equal(13, first);
        Assert.Equal(first, rounds.Next("item", applied: 10));
        Assert.Equal(first, rounds.Next("item", applied: 3));
        newest = 20;
        Assert.Equal(23, rounds.Next("item", applied: 19));
        Assert.Equal(21, new SignalRounds(() => newest, targets: 1).Next("item", applied: 20));
    }

    private static SignalledCopies Begun()
    {
        var copies = Copies();
        copies.Want("item", 7);
        copies.Begin(At(7));
        return copies;
    }

    private static SignalledCopies Copies() => new("shop", new TargetState(new FeedPoint("", 0, default), 1, 0, null, null, null, ImmutableSortedDictionary<string, CopyState>.Empty, 0, 0, 0));

    private static Watermark At(long counter) => new("shop", counter, DateTimeOffset.UnixEpoch.AddSeconds(counter), "here", Mark: null);

    private static DebeziumNotification Said(string type, string? status = null, string tables = "item", string id = Id) =>
        new(id, DebeziumNotification.Incremental, type, type == "TABLE_SCAN_COMPLETED" ? "item" : null, null, status) { Tables = tables };
}
