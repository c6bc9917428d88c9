using CsCheck;
using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Tests.Mapping;

namespace Hub.Migration.Tests.Applying;

/// <summary>What every store of New's keeps to, whichever database it is (CDC.md "Apply").</summary>
public abstract class TargetStoreContract : IAsyncLifetime
{
    private HubTarget? _target;
    private readonly Dictionary<(string, long), ChangeRow> _source = [];
    private int _reselected;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected HubTarget Target => _target!;

    private protected ShopFeed Feed { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _target = await OpenAsync();
        await RunAsync(Shop.Schema);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_target is not null)
        {
            await _target.DisposeAsync();
            await CloseAsync();
        }
    }

    [Fact]
    [Trait("Pain", "OlderRecordOverwritesNewer")]
    public async Task OlderRecordOverwritesNewer()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a", "old")).Batch(), Token);
        await using var older = await TakeAsync();
        var stale = Feed.Update("Groups", Shop.Group(1, "a", "stale")).Batch();
        await older.ApplyAsync(Feed.Update("Groups", Shop.Group(1, "a", "new")).Batch(), Token);

        // Who held the target before, or stands elsewhere, writes nothing.
        await Assert.ThrowsAsync<FencedException>(() => session.ApplyAsync(stale, Token).AsTask());
        Assert.Equal(["1 a new"], await GroupsAsync());
    }

    [Fact]
    [Trait("Pain", "LostDeletes")]
    public async Task LostDeletes()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Groups", Shop.Group(2, "b")).Batch(), Token);
        await session.ApplyAsync(Feed.Delete("Groups", 1).Create("Groups", Shop.Group(3, "c")).Delete("Groups", 3).Batch(), Token);

        Assert.Equal(["2 b null"], await GroupsAsync());
    }

    [Fact]
    [Trait("Pain", "RowsLostToForeignKeyOrder")]
    public async Task RowsLostToForeignKeyOrder()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Items", Shop.Item(1, 9, "x")).Create("Groups", Shop.Group(9, "i")).Batch(), Token);
        await session.ApplyAsync(Feed.Delete("Groups", 9).Delete("Items", 1).Create("Groups", Shop.Group(8, "i")).Create("Items", Shop.Item(2, 8, "y")).Batch(), Token);

        Assert.Equal(["2 8 y"], await ItemsAsync());
        Assert.Equal(0, session.State.Quarantined);
    }

    [Fact]
    public async Task RowsLostToForeignKeyOrder_WhoseParentComesLater_WaitForIt()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Items", Shop.Item(1, 9, "x")).Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(2, 1, "y")).Batch(), Token);
        Assert.Equal(["2 1 y"], await ItemsAsync());
        Assert.True((await Target.ListQuarantineAsync(0, 10, Token)).Single().Waits);

        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(9, "i")).Batch(), Token);
        Assert.Equal(["1 9 x", "2 1 y"], await ItemsAsync());
        Assert.Equal(0, session.State.Quarantined);
    }

    [Fact]
    [Trait("Pain", "ToastPlaceholderWrittenAsText")]
    public async Task ToastPlaceholderWrittenAsText()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a", "n", "large")).Create("Groups", Shop.Group(2, "b", "n", "larger")).Batch(), Token);
        await session.ApplyAsync(
            Feed.Update("Groups", Shop.Group(2, "b", "m", "newer")).Update("Groups", Shop.GroupMasked(2, "b", "last")).Update("Groups", Shop.GroupMasked(1, "c", "o")).Batch(), Token);

        Assert.Equal(["1 c o large", "2 b last newer"], await RowsAsync("SELECT id, code, note, big FROM grp ORDER BY id"));
        Assert.Equal(0, _reselected);
    }

    [Fact]
    public async Task ToastPlaceholder_OfARowThatIsNotThere_IsAskedOfTheSource()
    {
        await using var session = await TakeAsync();
        Source(Shop.Group(1, "a", "n", "large"));
        await session.ApplyAsync(Feed.Update("Groups", Shop.GroupMasked(1, "a", "n")).Update("Groups", Shop.GroupMasked(2, "b", "n")).Batch(), Token);

        // The second went at the source meanwhile: its delete comes.
        Assert.Equal(["1 a n large"], await RowsAsync("SELECT id, code, note, big FROM grp ORDER BY id"));
        Assert.Equal(1, _reselected);
    }

    [Fact]
    public async Task ToastPlaceholder_OfAKeyThatMoved_IsNeverTakenFromTheRowThatStoodThere()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a", null, "of a")).Create("Groups", Shop.Group(2, "b", null, "of b")).Batch(), Token);
        Source(Shop.Group(2, "a", null, "of a"), Shop.Group(1, "b", null, "of b"));
        await session.ApplyAsync(
            Feed.Move("Groups", 1, Shop.GroupMasked(99, "a")).Move("Groups", 2, Shop.GroupMasked(1, "b")).Move("Groups", 99, Shop.GroupMasked(2, "a")).Batch(), Token);

        Assert.Equal(["1 b of b", "2 a of a"], await RowsAsync("SELECT id, code, big FROM grp ORDER BY id"));
    }

    [Fact]
    [Trait("Pain", "OneBadRecordStopsEverything")]
    public async Task OneBadRecordStopsEverything()
    {
        await using var session = await TakeAsync();
        Feed.Create("Groups", Shop.Group(1, "a"));
        for (var i = 1; i <= 40; i++)
        {
            Feed.Create("Items", Shop.Item(i, 1, i is 7 or 30 ? "bad" : "good"));
        }

        await session.ApplyAsync(Feed.Batch(), Token);
        Assert.Equal(38, (await ItemsAsync()).Length);
        var waiting = await Target.ListQuarantineAsync(0, 10, Token);
        Assert.Equal([7L, 30L], waiting.Select(entry => long.Parse(entry.Change.Key[0].Text!, null)));
        Assert.Equal(waiting[0].Reason, (await Target.ReadQuarantineAsync(waiting[0].Id, Token))!.Reason);

        // Later changes of the key wait in its entry, the newest image heals it.
        await session.ApplyAsync(Feed.Update("Items", Shop.Item(7, 1, "bad", "2")).Update("Items", Shop.Item(8, 1, "better")).Batch(), Token);
        Assert.Equal(2, (await Target.ReadQuarantineAsync(waiting[0].Id, Token))!.Events);
        Assert.Equal(["8 1 better"], await RowsAsync("SELECT id, grp_id, name FROM item WHERE id IN (7, 8)"));
        await session.ApplyAsync(Feed.Update("Items", Shop.Item(7, 1, "good now")).Delete("Items", 30).Batch(), Token);
        Assert.Equal(["7 1 good now", "8 1 better"], await RowsAsync("SELECT id, grp_id, name FROM item WHERE id IN (7, 8, 30) ORDER BY id"));
        Assert.Equal(0, session.State.Quarantined);
    }

    [Fact]
    public async Task Quarantine_CopiedRow_ReplacesAllThatWaits()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(1, 1, "bad")).Batch(), Token);
        await session.ApplyAsync(Feed.Copy("Items", Shop.Item(1, 1, "copied")).Batch(), Token);

        Assert.Equal(["1 1 copied"], await ItemsAsync());
        Assert.Empty(await Target.ListQuarantineAsync(0, 10, Token));
    }

    [Fact]
    public async Task Quarantine_RowsThatReferToAKeyInIt_WaitBehindIt()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Groups", Shop.Group(2, "b")).Batch(), Token);
        await session.ApplyAsync(Feed.Update("Groups", Shop.Group(1, "b")).Batch(), Token);
        await session.ApplyAsync(Feed.Create("Items", Shop.Item(1, 1, "behind")).Create("Items", Shop.Item(2, 2, "beside")).Batch(), Token);
        Assert.Equal(["2 2 beside"], await ItemsAsync());
        Assert.Contains("refers to grp 1", (await Target.ListQuarantineAsync(0, 10, Token)).Last().Reason, StringComparison.Ordinal);

        await session.ApplyAsync(Feed.Update("Groups", Shop.Group(2, "c")).Batch(), Token);
        Assert.Equal(["1 b null", "2 c null"], await GroupsAsync());
        Assert.Equal(["1 1 behind", "2 2 beside"], await ItemsAsync());
    }

    [Fact]
    public async Task Quarantine_Discarded_LeavesTheRowUntilItsNextChange()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(1, 1, "first")).Batch(), Token);
        await session.ApplyAsync(Feed.Update("Items", Shop.Item(1, 1, "bad")).Batch(), Token);
        var entry = (await Target.ListQuarantineAsync(0, 10, Token)).Single();
        Assert.Equal("bad", (await Target.DiscardAsync(entry.Id, Token))!.Change.After![2].Text);
        Assert.Null(await Target.DiscardAsync(entry.Id, Token));
        Assert.Equal(["1 1 first"], await ItemsAsync());

        await session.ApplyAsync(Feed.Update("Items", Shop.Item(1, 1, "next")).Batch(), Token);
        Assert.Equal(["1 1 next"], await ItemsAsync());
    }

    [Fact]
    public async Task Quarantine_Retried_AppliesWhatItAmountsTo()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(1, 1, "bad", "1")).Create("Items", Shop.Item(2, 1, "bad", "1")).Batch(), Token);
        await session.ApplyAsync(Feed.Update("Items", Shop.Item(1, 1, "bad", "2")).Batch(), Token);
        Assert.Equal(0, await session.RetryAsync(null, Token));
        await LoosenAsync();

        Assert.Equal(1, await session.RetryAsync((await Target.ListQuarantineAsync(0, 1, Token))[0].Id, Token));
        Assert.Equal(["1 bad 2"], await RowsAsync("SELECT id, name, amount FROM item"));
        Assert.Equal(1, await session.RetryAsync(null, Token));
        Assert.Equal(["1 bad 2", "2 bad 1"], await RowsAsync("SELECT id, name, amount FROM item ORDER BY id"));
    }

    [Fact]
    public async Task SwappedUniqueValues_AreNotPoison()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(
            Feed.Create("Groups", Shop.Group(1, "a", null, "l1")).Create("Groups", Shop.Group(2, "b", null, "l2")).Create("Items", Shop.Item(1, 1, "refers")).Batch(), Token);

        // Nothing in between: a source that looks at uniqueness when its transaction ends. One of the two is masked.
        await session.ApplyAsync(Feed.Update("Groups", Shop.GroupMasked(1, "b")).Update("Groups", Shop.Group(2, "a", null, "l2")).Batch(), Token);
        Assert.Equal(["1 b l1", "2 a l2"], await RowsAsync("SELECT id, code, big FROM grp ORDER BY id"));
        Assert.Equal(0, session.State.Quarantined);
    }

    [Fact]
    public async Task Truncate_VoidsWhatCameBeforeAndWhatWaits()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(1, 1, "x")).Create("Items", Shop.Item(2, 1, "bad")).Batch(), Token);
        await session.ApplyAsync(Feed.Create("Items", Shop.Item(3, 1, "before")).Truncate("Items").Create("Items", Shop.Item(4, 1, "after")).Batch(), Token);

        Assert.Equal(["4 1 after"], await ItemsAsync());
        Assert.Equal(0, session.State.Quarantined);
    }

    [Fact]
    [Trait("Pain", "OutOfMemoryOnAHugeTransaction")]
    public async Task OutOfMemoryOnAHugeTransaction_ComesInSlices()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(1, 1, "x")).Batch(open: true), Token);
        await session.ApplyAsync(Feed.Update("Items", Shop.Item(1, 1, "y")).Create("Items", Shop.Item(2, 1, "bad")).Batch(open: true), Token);
        var before = (await Target.ReadStateAsync(Token))!.Point.Next;
        await session.ApplyAsync(Feed.Update("Items", Shop.Item(1, 1, "z")).Batch(), Token);

        Assert.Equal(0, before);
        Assert.Equal(Feed.Point, (await Target.ReadStateAsync(Token))!.Point);
        Assert.Equal(["1 1 z"], await ItemsAsync());
        Assert.Equal(5, session.Applied);
        Assert.Equal(1, session.State.Quarantined);
    }

    [Fact]
    [Trait("Pain", "OffsetsCommittedAndNothingWritten")]
    public async Task OffsetsCommittedAndNothingWritten_AtAnyStep()
    {
        for (var at = 0; ; at++)
        {
            var session = (TargetSession)await TakeAsync();
            var left = at;
            session.BetweenSteps = () =>
            {
                if (left-- == 0)
                {
                    throw new IOException("plug pulled");
                }
            };
            var next = new ShopFeed();
            next.Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(1, 1, "x")).Create("Items", Shop.Item(2, 1, "bad")).Watermark();
            try
            {
                await session.ApplyAsync(next.Batch(), Token);
                await session.DisposeAsync();
                Assert.True(at > 4);
                break;
            }
            catch (IOException)
            {
                await Assert.ThrowsAsync<ObjectDisposedException>(() => session.ApplyAsync(next.Batch(), Token).AsTask());
                await session.DisposeAsync();
                var state = (await Target.ReadStateAsync(Token))!;
                if (state.Point.Next > 0)
                {
                    // It was killed when what waits was tried again, in a transaction of its own.
                    Assert.True(at > 4);
                    break;
                }

                Assert.Equal((0L, 0L), (state.Quarantined, state.Counter));
                Assert.Empty(await GroupsAsync());
            }
        }

        Assert.Equal(["1 1 x"], await ItemsAsync());
        Assert.Equal(1, (await Target.ReadStateAsync(Token))!.Counter);
    }

    [Fact]
    public async Task Watermark_ThatGoesBack_Pauses()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Watermark().Watermark().Batch(), Token);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(2), session.State.AppliedAt);
        Feed.Counter = 0;
        var older = Feed.Create("Groups", Shop.Group(1, "a")).Watermark(seconds: 60).Batch();

        await PausesAsync(session, older, "went back from 2 to 1");
    }

    [Fact]
    public async Task Watermark_WhoseCounterIsTheSameByChance_Pauses()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Watermark().Watermark().Batch(), Token);
        Feed.Counter = 1;

        await PausesAsync(session, Feed.Watermark(seconds: 60).Watermark(seconds: 60).Batch(), "went back from 2 to 2");
    }

    [Fact]
    public async Task Watermark_ThatNeverCame_Pauses()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Watermark().Batch(), Token);
        Feed.Counter = 5;

        await PausesAsync(session, Feed.Create("Groups", Shop.Group(1, "a")).Watermark().Batch(), "2 to 5 of shop never came");
    }

    [Fact]
    public async Task Watermark_OfAnotherServer_PausesUntilAPersonResumes()
    {
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Watermark().Batch(), Token);
        Feed.Lineage = "server-2";
        await PausesAsync(session, Feed.Watermark().Batch(), "another server");
        await using (var again = await TakeAsync())
        {
            Assert.Contains("another server", again.State.Paused, StringComparison.Ordinal);
            await Assert.ThrowsAsync<FeedBrokenException>(() => again.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Batch(), Token).AsTask());
        }

        await Target.ResumeAsync(Token);
        await using var resumed = await TakeAsync();
        await resumed.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Watermark().Batch(), Token);
        Assert.Equal("server-2", resumed.State.Lineage);
    }

    [Fact]
    public async Task Watermark_ThatComesTwiceAfterARestart_IsNoGap()
    {
        await using (var session = await TakeAsync())
        {
            await session.ApplyAsync(Feed.Watermark().Watermark().Batch(), Token);
        }

        Feed.Counter = 1;
        await using var again = await TakeAsync();
        await again.ApplyAsync(Feed.Watermark().Watermark().Batch(), Token);
        Assert.Equal(3, again.State.Counter);
    }

    [Fact]
    public async Task Paused_ByAPerson_AppliesNothingUntilResumed()
    {
        await using var session = await TakeAsync();
        await Target.PauseAsync("a person said so", Token);
        var batch = Feed.Create("Groups", Shop.Group(1, "a")).Batch();

        Assert.Equal("a person said so", (await Assert.ThrowsAsync<FeedBrokenException>(() => session.ApplyAsync(batch, Token).AsTask())).Message);
        Assert.Empty(await GroupsAsync());
        await Target.ResumeAsync(Token);
        await using var again = await TakeAsync();
        await again.ApplyAsync(batch, Token);
        Assert.Equal(["1 a null"], await GroupsAsync());
    }

    [Fact]
    [Trait("Pain", "SnapshotRestartsFromZero")]
    public async Task SnapshotRestartsFromZero()
    {
        await using (var session = await TakeAsync())
        {
            var copy = new CopyState("Groups", Begun: true, Shop.Key(2), 2, Done: false);
            await session.ApplyAsync(Feed.Copy("Groups", Shop.Group(1, "a")).Copy("Groups", Shop.Group(2, "b")).Batch() with { Copies = [copy] }, Token);
        }

        await using (var again = await TakeAsync())
        {
            var copy = again.State.Copies["Groups"];
            Assert.Equal((true, "{\"Id\":2}", 2L, false), (copy.Begun, copy.LastKey!.ToJson(), copy.Rows, copy.Done));
            await again.ApplyAsync(Feed.Batch() with { Copies = [copy with { Rows = 2, Done = true }] }, Token);
        }

        await Target.CopyAgainAsync("Groups", Token);
        Assert.Equal((null, 0L, false), (await Target.ReadStateAsync(Token))!.Copies["Groups"] is var state ? (state.LastKey, state.Rows, state.Done) : default);
    }

    [Fact]
    public async Task TargetWithRowsOfUnknownOrigin_IsNotTaken()
    {
        await RunAsync("INSERT INTO grp VALUES(1, 'a', NULL, NULL)");

        Assert.Contains("grp holds rows", (await Assert.ThrowsAsync<FeedBrokenException>(TakeAsync)).Message, StringComparison.Ordinal);
        Assert.Null(await Target.ReadStateAsync(Token));
    }

    [Fact]
    public async Task OtherMapping_OfTheSameKey_CopiesAgain_AndOfAnother_Refuses()
    {
        await using (var session = await TakeAsync())
        {
            await session.ApplyAsync(Feed.Copy("Groups", Shop.Group(1, "a")).Batch() with { Copies = [new CopyState("Groups", true, Shop.Key(1), 1, true)] }, Token);
        }

        var fewer = Shop.Table("grp", "Groups", ("id", "Id"), ("code", "Code"));
        await using (var session = await TakeAsync(new([fewer, Shop.Items])))
        {
            Assert.False(session.State.Copies["Groups"].Done);
        }

        var other = fewer with { Key = [1] };
        Assert.Contains("mapped otherwise", (await Assert.ThrowsAsync<FeedBrokenException>(() => TakeAsync(new([other, Shop.Items])))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FreshRows_AboveAllThatStand_AndThoseThatCollide_BothArrive()
    {
        await using var session = await TakeAsync();
        Feed.Copy("Groups", Shop.Group(0, "none"));
        for (var chunk = 0; chunk < 3; chunk++)
        {
            for (var i = 1; i <= 200; i++)
            {
                Feed.Copy("Items", Shop.Item((chunk * 150) + i, 0, $"chunk {chunk}"));
            }

            await session.ApplyAsync(Feed.Batch(), Token);
        }

        Assert.Equal(["500 150 150 200"], await RowsAsync(
            """
            SELECT count(*), sum(CASE WHEN name = 'chunk 0' THEN 1 ELSE 0 END), sum(CASE WHEN name = 'chunk 1' THEN 1 ELSE 0 END),
              sum(CASE WHEN name = 'chunk 2' THEN 1 ELSE 0 END) FROM item
            """));
    }

    [Fact]
    public async Task Reads_GiveRangesInKeyOrderAndRowsByKey()
    {
        await using var session = await TakeAsync();
        for (var i = 1; i <= 9; i++)
        {
            Feed.Create("Groups", Shop.Group(i, $"c{i}"));
        }

        await session.ApplyAsync(Feed.Batch(), Token);
        var range = await Target.ReadRangeAsync(Shop.Groups, [2L], [8L], 4, Token);
        Assert.Equal([3L, 4L, 5L, 6L], range.Select(row => row[0]));
        Assert.Equal([7L, 8L], (await Target.ReadRangeAsync(Shop.Groups, [6L], [8L], 4, Token)).Select(row => row[0]));
        Assert.Equal([1L], (await Target.ReadRangeAsync(Shop.Groups, null, null, 1, Token)).Select(row => row[0]));
        Assert.Equal(["c2", "c9"], (await Target.ReadRowsAsync(Shop.Groups, [[9L], [2L], [77L]], Token)).Select(row => row[1]).Order());
        Assert.Equal(9, (await Target.CountRowsAsync(["grp", "item", "none"], Token))["grp"]);
    }

    [Fact]
    public async Task Describe_TellsTablesKeysAndReferences()
    {
        var tables = await Target.DescribeAsync(["item", "grp", "none"], Token);

        Assert.Equal(["item", "grp"], tables.Tables.Select(table => table.Name));
        Assert.Equal(["id"], tables.Tables[1].Key);
        Assert.Equal(["code"], tables.Tables[1].Uniques.Single());
        Assert.True(tables.Tables[1].Column("code")!.NotNull);
        var reference = Assert.Single(tables.References);
        Assert.Equal(("item", "grp", ("grp_id", "id")), (reference.Child, reference.Parent, reference.Columns.Single()));
        Assert.Empty(tables.Acting);
    }

    [Fact]
    public async Task Outbox_OrderThatIsWhole_IsToldOnce_AndNotWhileSomethingOfItWaits()
    {
        await RunAsync(Orders.Schema);
        await using var session = await TakeOrdersAsync();
        await ApplyAsync((ChangeOperation.Create, "Orders", Orders.Order(1, "paid", "15.00")), (ChangeOperation.Create, "Lines", Orders.Line(10, 1, "1", "5.00")));
        Assert.Empty(await ToldAsync());
        Assert.Equal(1, (await Target.ReadStateAsync(Token))!.Untold);
        Assert.Contains("1 lines sum up to 5.00 and its total is 15.00", Assert.Single(await Target.Outbox.ReadUntoldAsync(DateTimeOffset.UnixEpoch.AddDays(1), Token)), StringComparison.Ordinal);

        // The sum is right and yet a line waits in quarantine.
        await ApplyAsync((ChangeOperation.Create, "Lines", Orders.Line(11, 1, "1", "10.00")), (ChangeOperation.Create, "Lines", Orders.Line(12, 1, "0", "1.00")));
        Assert.Empty(await ToldAsync());
        await ApplyAsync((ChangeOperation.Delete, "Lines", Orders.Line(12, 1, "0", "1.00")));
        await ApplyAsync((ChangeOperation.Read, "Lines", Orders.Line(10, 1, "1", "5.00")), (ChangeOperation.Read, "Orders", Orders.Order(1, "paid", "15.00")));

        var told = Assert.Single(await ToldAsync());
        Assert.Equal(("order", "shop/N1", "{\"number\":\"N1\",\"lines\":[{\"qty\":1},{\"qty\":1}]}"), (told.Kind, told.Key, told.Body));
        Assert.Equal((0L, 1L), (await Target.ReadStateAsync(Token))! is var state ? (state.Untold, state.Unposted) : default);
        await Target.Outbox.MarkPostedAsync(told.Sequence, DateTimeOffset.UnixEpoch, Token);
        await ApplyAsync((ChangeOperation.Update, "Lines", Orders.Line(10, 1, "5", "1.00")));
        Assert.Empty(await ToldAsync());
        Assert.Equal(told.Body, (await Target.Outbox.ReadPostedAsync(long.MaxValue, Token))!.Body);
        Assert.Null(await Target.Outbox.ReadPostedAsync(told.Sequence, Token));

        Task<IReadOnlyList<Migration.Outbox.OutboxEntry>> ToldAsync() => Target.Outbox.ReadUnpostedAsync(0, 10, Token);

        async Task ApplyAsync(params (ChangeOperation Operation, string Table, ChangeRow Row)[] changes)
        {
            var next = session.State.Point.Next;
            var events = changes.Select(change => ShopFeed.Event(
                change.Operation, change.Table, new ChangeRow(new ColumnNames(["Id"]), [change.Row[0]]), change.Operation == ChangeOperation.Delete ? change.Row : null,
                change.Operation == ChangeOperation.Delete ? null : change.Row, (ulong)++next)).ToList();
            await session.ApplyAsync(new AppliedBatch(MappedChanges.Map(Orders.Mapping, Shop.Dataset, events), new FeedPoint("log", next, events[^1].Position)), Token);
        }
    }

    [Fact]
    public async Task SourceRows_AreKeptByOwner()
    {
        await using var session = await TakeAsync();
        await AskSourceRowsAsync(async rows =>
        {
            await rows.PutAsync([new("A", "1", "o1", Shop.Group(1, "a")), new("A", "2", "o1", Shop.Group(2, "b")), new("B", "1", "o2", Shop.Item(1, 1, "x"))], Token);
            await rows.PutAsync([new("A", "2", "o2", Shop.Group(2, "c")), new("A", "3", "o3", Shop.Group(3, "d")), new("A", "3", "o3", Shop.Group(3, "e"))], Token);
            await rows.DeleteAsync([("A", "1"), ("A", "77")], Token);
            Assert.Equal(["A 2 c", "B 1 1"], (await rows.ReadByOwnerAsync(["o2", "o1"], Token)).Select(row => $"{row.Table} {row.Key} {row.Row[1].Text}"));
            Assert.Equal("e", (await rows.ReadAsync([("A", "3"), ("A", "1")], Token)).Single().Row[1].Text);
            await rows.ClearAsync("A", Token);
            Assert.Equal(["B"], (await rows.ReadByOwnerAsync(["o2", "o3"], Token)).Select(row => row.Table));
        });
    }

    [Fact]
    public async Task Target_AfterAnyHistory_EqualsTheSource() => await Gen.Int[0, 1_000_000].SampleAsync(
        async seed =>
        {
            await RunAsync("DELETE FROM item; DELETE FROM grp");
            if (await Target.ReadStateAsync(Token) is not null)
            {
                await RunAsync($"DELETE FROM {HubPrefix}positions");
            }

            var history = new TargetHistory(seed);
            await history.RunAsync(reselect => Target.TakeAsync(
                new TargetRequest(Shop.Mapping, null, new FeedPoint("log", 0, default), new Dictionary<string, string>(), reselect), Token), Token);
            Assert.Empty((await Target.ListQuarantineAsync(0, 10, Token)).Select(entry => $"{entry.Reason}: {entry.Change}"));
            Assert.Equal(history.Groups, await RowsAsync("SELECT id, code, note, big FROM grp ORDER BY id"));
            Assert.Equal(history.Items, await RowsAsync("SELECT id, grp_id, name, amount FROM item ORDER BY id"));
        },
        iter: Histories, threads: 1);

    [Fact]
    public async Task Joins_AfterAnyHistory_AreWhatOneLookAtTheSourceGives()
    {
        await RunAsync(JoinedShop.Schema(HubPrefix == "hub." ? "JSONB" : "TEXT"));
        await Gen.Int[0, 1_000_000].SampleAsync(
            async seed =>
            {
                await RunAsync("DELETE FROM product; DELETE FROM product_text");
                if (await Target.ReadStateAsync(Token) is not null)
                {
                    await RunAsync($"DELETE FROM {HubPrefix}positions; DELETE FROM {HubPrefix}source_rows; DELETE FROM {HubPrefix}quarantine");
                }

                var history = new JoinHistory(seed);
                await history.RunAsync(reselect => Target.TakeAsync(
                    new TargetRequest(history.Mapping, null, new FeedPoint("log", 0, default), new Dictionary<string, string>(), reselect), Token), Token);
                Assert.Equal("", string.Join('\n', (await Target.ListQuarantineAsync(0, 10, Token)).Select(entry => $"{entry.Reason}: {entry.Change.Operation} {entry.Change.Table} {entry.Change.Key.ToJson()}: {entry.Change.Before?.ToJson()} {entry.Change.After?.ToJson()}")));
                var rows = new List<string>();
                foreach (var table in history.Mapping.Tables)
                {
                    rows.AddRange((await Target.ReadRangeAsync(table, null, null, 1_000, Token)).Select(
                        row => $"{table.Name}/{string.Join('/', table.Key.Select(place => row[place]))}: {string.Join('|', row.Select(JoinedShop.Text))}"));
                }

                Assert.Equal(history.Expected, rows.Order(StringComparer.Ordinal));
            },
            iter: Histories, threads: 1);
    }

    protected abstract string HubPrefix { get; }

    protected abstract int Histories { get; }

    /// <summary>A store of the test's own, empty.</summary>
    private protected abstract Task<HubTarget> OpenAsync();

    protected abstract Task CloseAsync();

    protected abstract Task RunAsync(string sql);

    /// <summary>A row a text, its values with blanks between.</summary>
    protected abstract Task<string[]> RowsAsync(string sql);

    /// <summary>Takes the rule away that no item is named bad.</summary>
    protected abstract Task LoosenAsync();

    private protected abstract Task AskSourceRowsAsync(Func<SourceRowTable, Task> ask);

    private protected Task<ITargetSession> TakeAsync(Migration.Mapping.TargetMapping mapping) => Target.TakeAsync(
        new TargetRequest(mapping, null, new FeedPoint("log", 0, default), new Dictionary<string, string>(), (table, keys, _) =>
        {
            var found = keys.Select(key => _source.GetValueOrDefault((table, long.Parse(key[0].Text!, null)))).OfType<ChangeRow>().ToArray();
            _reselected += found.Length;
            return Task.FromResult<IReadOnlyList<ChangeRow>>(found);
        }), Token);

    private Task<ITargetSession> TakeOrdersAsync() => Target.TakeAsync(
        new TargetRequest(Orders.Mapping, Orders.Rule(), new FeedPoint("log", 0, default), new Dictionary<string, string>(), (_, _, _) => Task.FromResult<IReadOnlyList<ChangeRow>>([])),
        Token);

    private protected Task<ITargetSession> TakeAsync() => TakeAsync(Shop.Mapping);

    private void Source(params ChangeRow[] groups)
    {
        foreach (var row in groups)
        {
            _source[("Groups", long.Parse(row[0].Text!, null))] = row;
        }
    }

    private Task<string[]> GroupsAsync() => RowsAsync("SELECT id, code, note FROM grp ORDER BY id");

    private Task<string[]> ItemsAsync() => RowsAsync("SELECT id, grp_id, name FROM item ORDER BY id");

    private async Task PausesAsync(ITargetSession session, AppliedBatch batch, string why)
    {
        Assert.Contains(why, (await Assert.ThrowsAsync<FeedBrokenException>(() => session.ApplyAsync(batch, Token).AsTask())).Message, StringComparison.Ordinal);
        Assert.Contains(why, (await Target.ReadStateAsync(Token))!.Paused, StringComparison.Ordinal);
        Assert.Empty(await GroupsAsync());
    }
}
