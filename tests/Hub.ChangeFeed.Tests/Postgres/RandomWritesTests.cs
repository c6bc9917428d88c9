using System.Globalization;
using CsCheck;
using Hub.ChangeFeed.Postgres;
using Hub.Servers;
using Npgsql;

namespace Hub.ChangeFeed.Tests.Postgres;

/// <summary>What the stream tells, followed by a dictionary, is what the table holds, letter for letter, whoever writes and whenever the reader dies.</summary>
public sealed class RandomWritesTests
{
    private const string Table = """
        create table t (a text, b int, num numeric, num2 numeric(12,3), f4 real, f8 float8, bo bool, by bytea, d date, ti time, tz timetz, ts timestamp, tstz timestamptz(3),
            iv interval, j json, jb jsonb, u uuid, c char(7), v varchar, bt varbit, b1 bit(1), ip inet, ar text[], an numeric[], m money, big text, r int4range, primary key (b, a));
        alter table t alter big set storage external
        """;

    /// <summary>Made by the server from a seed, so that each type's own edges come.</summary>
    private const string Values = """
        (array['NaN', 'Infinity', '-0.00', '1e20', '0.000001', '123456789012345678901234567890.5', null])[1 + n % 7]::numeric, (n * 7919 % 100000)::numeric / 1000,
        (array[0, 1e10, 1e-7, 'NaN', '-Infinity', 3.4e38, 0.1]::real[])[1 + n % 7], (array[0, 1e15, 1e-5, 'Infinity', -123.456, 5e-324, '-0']::float8[])[1 + n / 7 % 7],
        (array[true, false, null])[1 + n % 3], decode(md5(n::text), 'hex'), (array['infinity', '0044-03-15 BC', '2020-02-29', '9999-12-31', null]::date[])[1 + n % 5],
        time '00:00' + (n * 12345.678 || ' seconds')::interval, (time '00:00' + (n * 54321.5 || ' seconds')::interval)::text::timetz at time zone '+05:30',
        timestamp '1600-01-01' + (n * 1234567.891 || ' seconds')::interval, (array['infinity', '-infinity', '2020-06-01 00:00:00.12345+02', '4714-12-01 00:00+00 BC', '1969-12-31 23:59:59.999+00']::timestamptz[])[1 + n % 5],
        make_interval(n % 3, n % 5 - 2, 0, n % 11 - 5, n % 7, -(n % 13), n * 0.001), ('{"a" : [1,  ' || n || '], "b c": "x \" y"}')::json, jsonb_build_object('n', n, 'x', array['ä', ' ']),
        md5(n::text)::uuid, repeat('x', n % 7), repeat('ü\''"', n % 4), (n % 1000)::bit(12)::varbit, (n % 2)::bit(1), ('10.0.0.0/8'::inet + n % 300), array['a b', null, n::text, '{"'], array[n, 0.5],
        (n * 1.5 - 500)::numeric::money, case n % 4 when 0 then repeat(md5(n::text), 200) when 1 then '' end, int4range(n % 10, n % 10 + n % 3)
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Stream_FourWritersAndAReaderThatDies_EqualsTheTable() =>
        Gen.Int[0, int.MaxValue].SampleAsync(RunAsync, iter: 2, threads: 1);

    private static async Task RunAsync(int seed)
    {
        await using var database = await TestDatabase.PostgresAsync("random");
        await using var source = new PostgresSource(database.ConnectionString);
        await database.RunAsync(Table);
        await PostgresCapture.InstallAsync(source, "shop", ["t"], Ct);
        FeedPoint point;
        await using (var feed = new PostgresFeed(source, "shop", database.Name, ["t"], TimeProvider.System))
        {
            point = await feed.OpenAsync(null, Ct);
        }

        // 1. Written while it is read; the reader dies at random points, the last of them after the writers have ended.
        var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => WriteAsync(database, seed, writer)));
        var rows = new Dictionary<string, string[]>();
        var random = new Random(seed);
        var deaths = 0;
        while (deaths < 8 || !writers.IsCompleted)
        {
            await using var feed = await OpenAsync(source, database.Name, point);
            point = await FollowAsync(feed, rows, point, random.Next(1, 12), random.Next(2) == 0);
            deaths++;
        }

        await writers;
        await using (var feed = await OpenAsync(source, database.Name, point))
        {
            await source.WriteWatermarkAsync("shop", "test", "end", DateTimeOffset.UnixEpoch, Ct);
            await FollowAsync(feed, rows, point, int.MaxValue, keep: true);
        }

        // 2. What was followed is what is there; a row that was deleted last is kept for nobody.
        rows.Remove("moved");
        var table = Assert.Single(await source.DescribeAsync(["t"], Ct));
        var there = new Dictionary<string, string[]>();
        ChangeRow? after = null;
        while (await source.ReadChunkAsync(table, after, null, 100, Ct) is { Length: > 0 } chunk)
        {
            foreach (var row in chunk)
            {
                there.Add($"{row[1]} {row[0]}", Texts(row));
            }

            after = chunk[^1];
        }

        Assert.NotEmpty(there);
        Assert.Equal(there.Keys.Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(there, row => Assert.Equal(row.Value, rows[row.Key].Concat(Enumerable.Repeat("Null ", row.Value.Length - rows[row.Key].Length))));
    }

    private static async Task<PostgresFeed> OpenAsync(PostgresSource source, string target, FeedPoint point)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var feed = new PostgresFeed(source, "shop", target, ["t"], TimeProvider.System);
            try
            {
                await feed.OpenAsync(point, Ct);
                return feed;
            }
            catch (InvalidOperationException) when (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2))
            {
                // The one that died still holds the slot.
                await feed.DisposeAsync();
                await Task.Delay(20, Ct);
            }
        }
    }

    /// <summary>Keeps whole transactions alone, as a target does, and dies after some batches, the last of which it may not have kept.</summary>
    private static async Task<FeedPoint> FollowAsync(PostgresFeed feed, Dictionary<string, string[]> rows, FeedPoint point, int batches, bool keep)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (batches-- > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), "the end was not seen within a minute");
            var batch = await feed.ReadAsync(Ct);
            Assert.False(batch.Open);
            if (batches == 0 && !keep)
            {
                break;
            }

            var end = false;
            var last = point.Highest;
            foreach (var change in batch.Events)
            {
                Assert.True(change.Position >= last, $"{change.Position} after {last}");
                last = change.Position;
                end |= Sources.Watermark.Of(change)?.Mark == "end";
                Apply(rows, change);
            }

            Assert.True(batch.Next.Next >= point.Next && batch.Next.Highest >= point.Highest, "the point fell");
            point = batch.Next;
            await feed.AcknowledgeAsync(point, Ct);
            if (end)
            {
                break;
            }
        }

        return point;
    }

    private static void Apply(Dictionary<string, string[]> rows, ChangeEvent change)
    {
        if (change.Table != "t")
        {
            return;
        }

        var key = change.Operation == ChangeOperation.Truncate ? "" : $"{change.Key[0]} {change.Key[1]}";
        switch (change.Operation)
        {
            case ChangeOperation.Truncate:
                rows.Clear();
                break;
            case ChangeOperation.Delete:
                Assert.True(rows.Remove(key, out var gone), $"{key} is deleted and was not there");
                rows["moved"] = gone;
                break;
            default:
                // Of a change of key what was not sent stands in the row that was deleted just before.
                var before = rows.GetValueOrDefault(change.Operation == ChangeOperation.Create ? "moved" : key);
                Assert.Equal(change.Operation == ChangeOperation.Update, rows.ContainsKey(key));
                rows[key] = [.. Texts(change.After!).Select((text, place) => change.After![place].Kind == ChangeValueKind.Unknown ? before![place] : text)];
                rows.Remove("moved");
                break;
        }

        if (change.Operation == ChangeOperation.Create || change.Operation == ChangeOperation.Update)
        {
            rows.Remove("moved");
        }
    }

    private static string[] Texts(ChangeRow row) => [.. row.Values.ToArray().Select(value => $"{value.Kind} {value.Text}")];

    private static async Task WriteAsync(TestDatabase database, int seed, int writer)
    {
        var random = new Random(seed ^ (writer * 7919));
        await using var connection = (NpgsqlConnection)await database.OpenAsync();
        for (var transaction = 0; transaction < 40; transaction++)
        {
            try
            {
                await RunAsync(connection, "begin");
                for (var statement = random.Next(1, 6); statement > 0; statement--)
                {
                    await RunAsync(connection, Statement(random, writer));
                }

                await RunAsync(connection, random.Next(5) == 0 ? "rollback" : "commit");
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation)
            {
                await RunAsync(connection, "rollback");
            }
        }
    }

    private static string Statement(Random random, int writer)
    {
        string Number(int from, int to) => random.Next(from, to).ToString(CultureInfo.InvariantCulture);
        var some = $"b % 4 = {random.Next(4)} and a = '{"axä"[random.Next(3)]}'";
        return random.Next(12) switch
        {
            0 or 1 or 2 or 3 => $"insert into t select '{"axä"[random.Next(3)]}', n, {Values} from generate_series({Number(0, 300)}, {Number(300, 320)}) n where n % 37 = {Number(0, 37)} on conflict do nothing",
            4 => $"update t set (num, v) = (b, a) where {some}",
            5 => $"update t set big = repeat('y', {Number(0, 9000)}) where {some}",
            6 => $"update t set b = b + {Number(1000, 100000)} where {some} and b < 300",
            7 => $"savepoint s; delete from t where {some}; rollback to s",
            8 or 9 => $"delete from t where {some}",
            10 when writer == 0 && random.Next(4) == 0 => "truncate t",
            11 when writer == 1 => $"alter table t add column if not exists extra{random.Next(3)} numeric(6,2)",
            _ => $"insert into t (a, b) values ('it''s', {Number(1000, 100000)}) on conflict do nothing",
        };
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
