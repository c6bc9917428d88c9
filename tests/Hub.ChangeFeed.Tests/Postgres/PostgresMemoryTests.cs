using System.Globalization;
using Hub.ChangeFeed.Postgres;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.Postgres;

/// <summary>Not beside other tests: it looks at the memory of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class PostgresMemoryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transaction_LargerThanMemoryShouldHold_ComesInSlicesAndWholeOrNot()
    {
        // HUB_TEST_LARGE=2000000 is the large form.
        var rows = int.Parse(Environment.GetEnvironmentVariable("HUB_TEST_LARGE") ?? "200000", CultureInfo.InvariantCulture);
        await using var database = await TestDatabase.PostgresAsync("feed");
        await database.RunAsync("create table t (id int primary key, a text, b text)");
        await using var source = new PostgresSource(database.ConnectionString);
        await PostgresCapture.InstallAsync(source, "shop", ["t"], Ct);
        await using var feed = new PostgresFeed(source, "shop", database.Name, ["t"], TimeProvider.System);
        await feed.OpenAsync(null, Ct);
        await database.RunAsync($"insert into t select n, 'some text ' || n, repeat('y', 100) from generate_series(1, {rows}) n");

        var (count, slices, highest) = (0, 0, 0L);
        var before = 0L;
        while (true)
        {
            var batch = await feed.ReadAsync(Ct);
            Assert.InRange(batch.Events.Length, 0, PostgresFeed.SliceEvents + PostgresFeed.BatchEvents);
            foreach (var change in batch.Events)
            {
                Assert.Equal(++count, int.Parse(change.Key[0].Text!, CultureInfo.InvariantCulture));
            }

            // A pause in the middle of it is not its end.
            Assert.True(batch.Open || count is 0 || count == rows, $"the transaction ends after {count} of its changes");
            slices += batch is { Open: true, Events.IsEmpty: false } ? 1 : 0;
            if (slices == 2 && before == 0)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
            else if (batch.Open && slices % 4 == 0)
            {
                highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true));
            }

            if (count == rows && !batch.Open)
            {
                break;
            }
        }

        Assert.True(slices >= rows / PostgresFeed.SliceEvents - 1, $"{slices} slices");
        Assert.True(highest < before + (96 * 1024 * 1024), $"{before:N0} bytes after the first slices, {highest:N0} at most later");
    }
}
