using System.Collections.Immutable;
using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Pipelines;
using Hub.Migration.Tests.Applying;

namespace Hub.Migration.Tests.Pipelines;

public sealed class WatermarkWindowTests
{
    private static readonly DatabaseTable Groups = new("Groups", [new DatabaseColumn("Id", ColumnType.WholeNumber, "bigint", NotNull: true, HasDefault: false)], ["Id"], []);

    [Fact]
    [Trait("Pain", "SnapshotRAfterNewerChanges")]
    public async Task CopiedRows_OfKeysThatTheStreamTouched_AreLeftOut()
    {
        var (marks, events) = (new List<string>(), new List<ChangeEvent>());
        using var windows = new WatermarkWindows("t", (mark, _) =>
        {
            marks.Add(mark);
            return Task.CompletedTask;
        });
        using var window = await windows.OpenAsync("copy", Groups, begins: true, TestContext.Current.CancellationToken);
        foreach (var change in new[]
        {
            ShopFeed.Event(ChangeOperation.Update, "Groups", Shop.Key(2), null, Shop.Group(2, "newer"), 1),
            ShopFeed.Event(ChangeOperation.Delete, "Groups", Shop.Key(3), null, null, 2),
            ShopFeed.Event(ChangeOperation.Create, "Groups", Shop.Key(5), null, Shop.Group(5, "newer"), 3),
        })
        {
            window.Touch(change);
        }

        await window.CloseAsync([Shop.Group(1, "a"), Shop.Group(2, "b"), Shop.Group(3, "c")], [Shop.Key(4), Shop.Key(5)], null, TestContext.Current.CancellationToken);
        window.AddRows(ShopFeed.Event(ChangeOperation.Update, "hub_watermark", Shop.Key(0), null, null, 9), events);

        Assert.Equal(["Read 1", "Delete 4"], events.Select(change => $"{change.Operation} {change.Key[0].Text}"));
        Assert.Equal(["low", "high"], marks.Select(mark => mark[(mark.LastIndexOf('/') + 1)..]));
    }

    [Fact]
    public async Task LargeTransaction_BetweenTheWatermarks_LeavesNoMoreKeysThanThoseOfTheRowsRead()
    {
        var events = new List<ChangeEvent>();
        using var windows = new WatermarkWindows("t", (_, _) => Task.CompletedTask);
        using var window = await windows.OpenAsync("copy", Groups, begins: true, TestContext.Current.CancellationToken);
        window.Touch(Touching(2));
        await window.CloseAsync([Shop.Group(1, "a"), Shop.Group(2, "b"), Shop.Group(3, "c")], [Shop.Key(4), Shop.Key(5)], null, TestContext.Current.CancellationToken);
        for (var id = 10L; id < 10 + WatermarkWindow.MostKeys; id++)
        {
            window.Touch(Touching(id));
        }

        window.Touch(Touching(5));
        Assert.Equal(2, window.Noted);
        window.AddRows(ShopFeed.Event(ChangeOperation.Update, "hub_watermark", Shop.Key(0), null, null, 9), events);
        Assert.Equal(["Read 1", "Read 3", "Delete 4"], events.Select(change => $"{change.Operation} {change.Key[0].Text}"));
    }

    [Fact]
    public async Task Window_OnceItsEndHasPassed_NotesNothingMore()
    {
        var marks = new List<string>();
        using var windows = new WatermarkWindows("t", (mark, _) =>
        {
            marks.Add(mark);
            return Task.CompletedTask;
        });
        var mapper = new StreamMapper(
            "d", Shop.Mapping, new SchemaWatch([Groups], ImmutableDictionary<string, ImmutableHashSet<string>>.Empty), windows,
            new TargetState(new FeedPoint("f", 0, default), 1, 0, null, null, null, ImmutableSortedDictionary<string, CopyState>.Empty, 0, 0, 0));
        using var window = await windows.OpenAsync("copy", Groups, begins: true, TestContext.Current.CancellationToken);
        await window.CloseAsync([Shop.Group(1, "a"), Shop.Group(2, "b")], [], null, TestContext.Current.CancellationToken);

        var within = mapper.Map(new ChangeBatch([Mark(marks[0], 1), Touching(2)], new FeedPoint("f", 2, default), Open: true));
        Assert.Equal(1, window.Noted);
        var ended = mapper.Map(new ChangeBatch([Mark(marks[1], 2), Touching(3)], new FeedPoint("f", 3, default)));
        Assert.Equal(0, window.Noted);
        Assert.Equal(["2", "1", "3"], within.Batch.Changes.Events.Concat(ended.Batch.Changes.Events).Select(change => change.Key[0].Text));
        Assert.Same(window, Assert.Single(ended.Passed));
    }

    private static ChangeEvent Touching(long id) =>
        ShopFeed.Event(ChangeOperation.Update, "Groups", Shop.Key(id), null, Shop.Group(id, "newer"), (ulong)id);

    private static ChangeEvent Mark(string mark, long counter) => new(
        ChangeOperation.Update, Watermark.Table, Shop.Key(counter), null,
        ChangeRow.Parse(Encoding.UTF8.GetBytes($$"""{"dataset":"d","counter":{{counter}},"ts_ms":0,"lineage":"l","mark":"{{mark}}"}""")), default, default);
}
