using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
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
}
