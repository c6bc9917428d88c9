using System.Globalization;
using Hub.ChangeFeed.Postgres;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.Postgres;

public sealed class PostgresFeedTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TestDatabase Database { get; set; } = null!;

    private PostgresSource Source { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.PostgresAsync("feed");
        Source = new PostgresSource(Database.ConnectionString);
    }

    [Fact]
    public async Task Read_EveryKindOfChange_ComesInOrderWithItsKey()
    {
        await Database.RunAsync("create table t (name text, id int primary key); insert into t values ('before', 0)");
        await using var feed = await FeedAsync("t");
        var point = await feed.OpenAsync(null, Ct);

        await Database.RunAsync("insert into t values ('a', 1), ('b', 2)");
        await Database.RunAsync("update t set name = 'A' where id = 1; update t set id = 3 where id = 2; delete from t where id = 1");
        await Database.RunAsync("truncate t");
        await Database.RunAsync("insert into t values (null, 4)");

        var (events, _) = await feed.ToNowAsync(Source, point, Ct);
        Assert.Equal(
            [
                "Create id 1: name 'a', id 1", "Create id 2: name 'b', id 2", "Update id 1: name 'A', id 1", "Delete id 2: ", "Create id 3: name 'b', id 3", "Delete id 1: ",
                "Truncate : ", "Create id 4: name null, id 4",
            ],
            events.Select(change => $"{change.Operation} {change.Key}: {change.After}"));
        Assert.Equal("name null, id 1", events[5].Before?.ToString());
        Assert.Equal(events[3].Position, events[4].Position);
        Assert.All(events.Zip(events.Skip(1)), pair => Assert.True(pair.First.Position <= pair.Second.Position));
        Assert.All(events, change => Assert.InRange(change.SourceTime, TimeProvider.System.GetUtcNow().AddMinutes(-10), TimeProvider.System.GetUtcNow().AddMinutes(1)));
    }

    [Fact]
    [Trait("Pain", "SnapshotAndStreamDisagreeOnTheTimeZone")]
    public async Task SnapshotAndStream_WhereverTheDatabaseStands_AgreeOnTheTimeZone()
    {
        await Database.RunAsync("create table t (id int primary key, ts timestamp, tstz timestamptz, ti time, tz timetz)");
        await Database.RunAsync($"alter database \"{Database.Name}\" set timezone = 'America/St_Johns'");
        await using var feed = await FeedAsync("t");
        var point = await feed.OpenAsync(null, Ct);
        await Database.RunAsync(
            "set timezone = 'Asia/Kathmandu'; insert into t select n, '2027-03-14 02:30:00.5', timestamp '2027-01-01 00:00' + n * interval '97 hours 13 minutes', '23:59', '23:59+05:45' from generate_series(1, 100) n");

        var streamed = (await feed.ToNowAsync(Source, point, Ct)).Events.Select(change => $"{change.After}");
        var table = Assert.Single(await Source.DescribeAsync(["t"], Ct));
        var copied = (await Source.ReadChunkAsync(table, null, null, 1_000, Ct)).Select(row => $"{row}").ToList();
        Assert.Equal(streamed, copied);
        Assert.StartsWith("id 1, ts '2027-03-14T02:30:00.5', tstz '2027-01-04T19:28:00Z'", copied[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_RolledBackWork_NeverComes()
    {
        await Database.RunAsync("create table t (id int primary key)");
        await using var feed = await FeedAsync("t");
        var point = await feed.OpenAsync(null, Ct);

        await Database.RunAsync("begin; insert into t values (1); savepoint s; insert into t values (2); rollback to s; insert into t values (3); commit");
        await Database.RunAsync("begin; insert into t values (4); rollback");

        var (events, _) = await feed.ToNowAsync(Source, point, Ct);
        Assert.Equal(["id 1", "id 3"], events.Select(change => change.Key.ToString()));
        Assert.Equal(events[0].Position.Major, events[1].Position.Major);
    }

    [Fact]
    public async Task Toast_UnchangedLargeValue_IsUnknownAndNeverItsPlaceholder()
    {
        await Database.RunAsync($"""
            create table t (id int primary key, n int, big text); create table f (id int primary key, n int, big text);
            alter table f replica identity full; alter table t alter big set storage external; alter table f alter big set storage external;
            insert into t values (1, 1, repeat('x', 10000)); insert into f values (1, 1, repeat('y', 10000))
            """);
        await using var feed = await FeedAsync("t", "f");
        var point = await feed.OpenAsync(null, Ct);

        await Database.RunAsync("update t set n = 2");
        await Database.RunAsync("update t set id = 2");
        await Database.RunAsync("update f set n = 2");
        await Database.RunAsync("update f set id = 2");

        var (events, _) = await feed.ToNowAsync(Source, point, Ct);
        Assert.Equal(["Update t 1", "Delete t 1", "Create t 2", "Update f 1", "Delete f 1", "Create f 2"], events.Select(change => $"{change.Operation} {change.Table} {change.Key[0]}"));
        Assert.Equal(ChangeValue.Unknown, events[0].After![2]);
        Assert.Equal(ChangeValue.Unknown, events[2].After![2]);
        var whole = new ChangeValue(ChangeValueKind.Text, new string('y', 10000));
        Assert.Equal([whole, whole, whole, whole], [events[3].Before![2], events[3].After![2], events[4].Before![2], events[5].After![2]]);
    }

    [Fact]
    public async Task Ddl_ColumnAddedAndDroppedBetweenChanges_ChangesTheRowsAfterIt()
    {
        await Database.RunAsync("create table t (id int primary key, a int)");
        await using var feed = await FeedAsync("t");
        var point = await feed.OpenAsync(null, Ct);

        await Database.RunAsync("insert into t values (1, 1)");
        await Database.RunAsync("alter table t add column m money default 5; insert into t values (2, 2, 7)");
        await Database.RunAsync("alter table t drop column a; alter table t alter id type text; update t set m = 8 where id = '1'");

        var (events, _) = await feed.ToNowAsync(Source, point, Ct);
        Assert.Equal(["id 1, a 1", "id 2, a 2, m 7.00", "id '1', m 8.00"], events.Select(change => change.After?.ToString()));
    }

    [Fact]
    public async Task Open_AtAnEarlierPoint_BringsAllSinceThenOnce()
    {
        await Database.RunAsync("create table t (id int primary key)");
        FeedPoint begin, middle;
        await using (var feed = await FeedAsync("t"))
        {
            begin = await feed.OpenAsync(null, Ct);
            await Database.RunAsync("insert into t values (1)");
            (_, middle) = await feed.ToNowAsync(Source, begin, Ct);
            await Database.RunAsync("insert into t values (2)");
            await feed.UntilUnacknowledgedAsync(change => change.Key[0].Text == "2", Ct);
        }

        await using var again = await FeedAsync("t");
        Assert.Equal(middle, await OpenAgainAsync(again, middle));
        await Database.RunAsync("insert into t values (3)");
        var (events, _) = await again.ToNowAsync(Source, middle, Ct);
        Assert.Equal(["id 2", "id 3"], events.Select(change => change.Key.ToString()));
        Assert.True(events[0].Position > middle.Highest);
    }

    [Fact]
    [Trait("Pain", "SlotGrowsWithoutBound")]
    public async Task Acknowledge_WatermarksOnlyWhereOtherTablesAreWritten_ReleasesTheLog()
    {
        await Database.RunAsync("create table t (id int primary key); create table other (id int, x text)");
        await using var feed = await FeedAsync("t");
        var point = await feed.OpenAsync(null, Ct);
        await Database.RunAsync("insert into other select n, repeat('x', 1000) from generate_series(1, 2000) n");

        (_, point) = await feed.ToNowAsync(Source, point, Ct);

        await EventuallyAsync(async () => (bool)(await Database.ScalarAsync(
            $"select confirmed_flush_lsn >= '0/0'::pg_lsn + {point.Next} from pg_replication_slots where slot_name = '{PostgresCapture.Slot("shop", Database.Name)}'"))!);
    }

    [Fact]
    [Trait("Pain", "SlotMissingAfterFailover")]
    public async Task Slot_DroppedOrReadFurtherOrOfAnotherServer_IsBroken()
    {
        await Database.RunAsync("create table t (id int primary key)");
        var slot = PostgresCapture.Slot("shop", Database.Name);
        FeedPoint begin;
        await using (var feed = await FeedAsync("t"))
        {
            begin = await feed.OpenAsync(null, Ct);
            await using var second = await FeedAsync("t");
            await EventuallyAsync(async () => (bool)(await Database.ScalarAsync($"select active from pg_replication_slots where slot_name = '{slot}'"))!);
            var used = await Assert.ThrowsAsync<InvalidOperationException>(() => second.OpenAsync(begin, Ct));
            Assert.Contains("is read by its process", used.Message, StringComparison.Ordinal);
            await Database.RunAsync("insert into t values (1)");
            await feed.ToNowAsync(Source, begin, Ct);
            await EventuallyAsync(async () => (bool)(await Database.ScalarAsync($"select confirmed_flush_lsn > '0/0'::pg_lsn + {begin.Next} from pg_replication_slots where slot_name = '{slot}'"))!);
        }

        await EventuallyAsync(async () => !(bool)(await Database.ScalarAsync($"select active from pg_replication_slots where slot_name = '{slot}'"))!);
        Assert.Contains("was read up to", await BrokenAsync(begin), StringComparison.Ordinal);
        Assert.Contains("another one", await BrokenAsync(begin with { Feed = $"1/1/{slot}" }), StringComparison.Ordinal);
        Assert.Contains("restored to an earlier moment", await BrokenAsync(begin with { Next = long.MaxValue }), StringComparison.Ordinal);
        await Database.RunAsync($"select pg_drop_replication_slot('{slot}')");
        Assert.Contains("There is no replication slot", await BrokenAsync(begin), StringComparison.Ordinal);
        await Database.RunAsync("alter publication hub_shop drop table t");
        Assert.Contains("lacks t", await BrokenAsync(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slot_OfAnotherDatabaseOnTheServer_IsLeftAlone()
    {
        await Database.RunAsync("create table t (id int primary key)");
        var slot = PostgresCapture.Slot("shop", Database.Name);
        FeedPoint begin;
        await using (var feed = await FeedAsync("t"))
        {
            begin = await feed.OpenAsync(null, Ct);
        }

        await PostgresCapture.RemoveSlotsAsync(Source, "shop", [Database.Name], Ct);
        await using var other = await TestDatabase.PostgresAsync("feed");
        await other.RunAsync($"select pg_create_logical_replication_slot('{slot}', 'pgoutput')");

        await using (var feed = await FeedAsync("t"))
        {
            var taken = await Assert.ThrowsAsync<InvalidOperationException>(() => feed.OpenAsync(null, Ct));
            Assert.Contains($"{slot} at {Source.Name} belongs to database {other.Name}", taken.Message, StringComparison.Ordinal);
        }

        Assert.Contains($"belongs to database {other.Name}", await BrokenAsync(begin), StringComparison.Ordinal);
        await PostgresCapture.RemoveAsync(Source, "shop", [Database.Name], Ct);
        Assert.Equal(1L, await other.ScalarAsync($"select count(*) from pg_replication_slots where slot_name = '{slot}' and database = current_database()"));
    }

    [Fact]
    public async Task Slot_MadeByTwoAtOnce_IsReadByOneAndLosesNothing()
    {
        await Database.RunAsync("create table t (id int primary key)");
        for (var round = 0; round < 10; round++)
        {
            await using var first = await FeedAsync("t");
            await using var second = await FeedAsync("t");
            var opened = await Task.WhenAll(new[] { first, second }.Select(async feed =>
            {
                try
                {
                    return (feed, await feed.OpenAsync(null, Ct));
                }
                catch (InvalidOperationException)
                {
                    return ((PostgresFeed Feed, FeedPoint Begin)?)null;
                }
            }));

            var (feed, begin) = Assert.Single(opened, one => one is not null)!.Value;
            await Database.RunAsync($"insert into t values ({round})");
            Assert.Equal($"id {round}", Assert.Single((await feed.ToNowAsync(Source, begin, Ct)).Events).Key.ToString());
            await PostgresCapture.RemoveSlotsAsync(Source, "shop", [Database.Name], Ct);
        }
    }

    [Fact]
    public async Task Feed_ClosedAsItBegins_Ends()
    {
        await Database.RunAsync("create table t (id int primary key)");
        FeedPoint begin;
        await using (var feed = await FeedAsync("t"))
        {
            begin = await feed.OpenAsync(null, Ct);
        }

        for (var round = 0; round < 30; round++)
        {
            var feed = new PostgresFeed(Source, "shop", Database.Name, ["t"], TimeProvider.System);
            await OpenAgainAsync(feed, begin);
            await Task.Delay(round % 10, Ct);
            await feed.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2), Ct);
        }
    }

    [Fact]
    public async Task Slot_DroppedWhileRead_EndsTheFeed()
    {
        await Database.RunAsync("create table t (id int primary key)");
        await using var feed = await FeedAsync("t");
        await feed.OpenAsync(null, Ct);

        await EventuallyAsync(async () => await Database.ScalarAsync(
            $"select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '{PostgresCapture.Slot("shop", Database.Name)}' and active") is true);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
            {
                await feed.ReadAsync(Ct);
            }
        });
    }

    [Fact]
    public async Task Transactions_BesideALargeOne_AreNotHeldOpenWithIt()
    {
        const int Rows = 2 * PostgresFeed.SliceEvents;
        await Database.RunAsync("create table t (id int primary key)");
        FeedPoint? point;
        await using (var before = await FeedAsync("t"))
        {
            point = await before.OpenAsync(null, Ct);
        }

        await Database.RunAsync("insert into t select n from generate_series(1, 10) n");
        await Database.RunAsync($"insert into t select n from generate_series(11, {Rows + 10}) n");
        await Database.RunAsync($"insert into t values ({Rows + 11})");
        await using var feed = await FeedAsync("t");
        await OpenAgainAsync(feed, point);
        var batches = new List<ChangeBatch>();
        while (batches.Sum(batch => batch.Events.Length) < Rows + 11)
        {
            if (await feed.ReadAsync(Ct) is { Events.IsEmpty: false } batch)
            {
                batches.Add(batch);
            }
        }

        // The last slice is never empty: it is the one that ends the transaction.
        Assert.Equal("10, 3500 open, 3500", string.Join(", ", batches.Take(3).Select(batch => $"{batch.Events.Length}{(batch.Open ? " open" : "")}")));
        Assert.Equal(Enumerable.Range(1, Rows + 11), batches.SelectMany(batch => batch.Events).Select(change => int.Parse(change.Key[0].Text!, CultureInfo.InvariantCulture)));
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "not within two minutes");
            await Task.Delay(20, Ct);
        }
    }

    // The server may be only just ending the stream before.
    private static async Task<FeedPoint> OpenAgainAsync(PostgresFeed feed, FeedPoint at)
    {
        FeedPoint? opened = null;
        await EventuallyAsync(async () =>
        {
            try
            {
                opened = await feed.OpenAsync(at, Ct);
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        });
        return opened!;
    }

    private async Task<string> BrokenAsync(FeedPoint? at)
    {
        await using var feed = new PostgresFeed(Source, "shop", Database.Name, ["t"], TimeProvider.System);
        return (await Assert.ThrowsAsync<FeedBrokenException>(() => feed.OpenAsync(at, Ct))).Message;
    }

    private async Task<PostgresFeed> FeedAsync(params string[] tables)
    {
        await PostgresCapture.InstallAsync(Source, "shop", tables, Ct);
        return new PostgresFeed(Source, "shop", Database.Name, tables, TimeProvider.System);
    }
}
