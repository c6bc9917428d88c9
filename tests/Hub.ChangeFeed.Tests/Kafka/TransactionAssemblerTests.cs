using System.Globalization;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Kafka;
using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Tests.Kafka;

public sealed class TransactionAssemblerTests
{
    private const string Feed = "topic-id";
    private const int Slice = TransactionAssembler.SliceEvents;

    [Fact]
    public void Transaction_WithoutItsEnd_WaitsAndItsPointStaysBefore()
    {
        var told = Tell(new(Feed, 10, default), "begin:1 c:1@5 c:1@6");

        Assert.Empty(told.Batches);
        told.Add("end:1");

        var batch = Assert.Single(told.Batches);
        Assert.Equal("5 6", Positions(batch));
        Assert.Equal(new FeedPoint(Feed, 14, new(6)), batch.Next);
        Assert.False(batch.Open);
    }

    [Fact]
    public void SmallTransactions_OfOneRead_AreOneBatchThatEndsBeforeTheUnfinishedOne()
    {
        var told = Tell(new(Feed, 0, default), "begin:1 c:1@5 end:1 begin:2 c:2@7 end:2 begin:3 c:3@9", atOnce: true);

        Assert.Equal("5 7", Positions(Assert.Single(told.Batches)));
        Assert.Equal(6, told.Batches[0].Next.Next);
        Assert.Equal(new Position(7), told.Batches[0].Next.Highest);
    }

    [Theory]
    [InlineData("begin:1 c:1@5 c:2@7 end:2", "5|7", 2L)] // END lost
    [InlineData("c:1@5 end:1 c:2@7 end:2", "5|7", 2L)] // BEGIN lost
    [InlineData("begin:1 c:1@5 begin:2 c:2@7 end:2", "5|7", 3L)]
    [InlineData("begin:1 c:1@5 w:2@7", "5 7", 3L)] // by a watermark, which needs no END itself
    public void BeginOrEnd_ThatACrashTook_IsReplacedByTheNextTransactionsFirstChange(string records, string batches, long point)
    {
        var told = Tell(new(Feed, 0, default), records);

        Assert.Equal(batches, string.Join('|', told.Batches.Where(batch => batch.Events.Length > 0).Select(Positions)));
        Assert.Equal(point, told.Batches[0].Next.Next);
    }

    [Fact]
    public void Stretch_ThatConnectRepeatsInAnUnfinishedTransaction_LeavesItWhole()
    {
        var told = Tell(new(Feed, 0, default), "begin:1 c:1@5 c:1@6 end:1 begin:2 c:2@7 c:2@8 begin:1 c:1@5 c:1@6 end:1 begin:2 c:2@7 c:2@8 c:2@9 end:2");

        // 8 comes twice: it equals the highest, and a change of key is two changes at one position.
        Assert.Equal("5 6|7 8 8 9", string.Join('|', told.Batches.Select(Positions)));
        Assert.Equal(3, told.Assembler.Replayed);
        Assert.Equal(new FeedPoint(Feed, 16, new(9)), told.Batches[^1].Next);
    }

    [Fact]
    public void BatchThatABrokerAppendedTwice_IsPassedOverButItsLastPosition()
    {
        var told = Tell(new(Feed, 0, default), "r:@5 begin:1 d:1@6 d:1@6 end:1 begin:2 c:2@8 end:2 r:@5 begin:1 d:1@6 d:1@6 end:1 begin:2 c:2@8 end:2");

        Assert.Equal("5 6 6 8 8", string.Join(' ', told.Batches.Where(batch => batch.Events.Length > 0).Select(Positions)));
        Assert.Equal(16, told.Batches[^1].Next.Next);
        Assert.Equal(3, told.Assembler.Replayed);
    }

    [Fact]
    public void CopiedRow_NeverRaisesTheHighest()
    {
        var told = Tell(new(Feed, 0, new(4)), "r:@9 begin:1 c:1@7 end:1 r:@6");

        Assert.Equal("9 7", string.Join(' ', told.Batches.Where(batch => batch.Events.Length > 0).Select(Positions)));
        Assert.Equal(new Position(7), told.Batches[^1].Next.Highest);
    }

    [Fact]
    public void LargeTransaction_ComesInSlices_AndTheLastIsNotOpen()
    {
        var told = Tell(new(Feed, 0, default), "begin:1 " + string.Join(' ', Enumerable.Range(1, (2 * Slice) + 500).Select(i => $"c:1@{i}")));

        Assert.Equal([Slice, Slice], told.Batches.Select(batch => batch.Events.Length));
        Assert.All(told.Batches, batch => Assert.True(batch.Open));
        Assert.Equal(Slice + 1, told.Batches[0].Next.Next);
        Assert.True(told.Assembler.Idle().Open);
        told.Add("end:1");
        Assert.Equal((500, false), (told.Batches[^1].Events.Length, told.Batches[^1].Open));
        Assert.False(told.Assembler.Idle().Open);
    }

    [Fact]
    public void Transactions_ThatEndedBeforeALargeOne_GoByThemselves()
    {
        var told = Tell(new(Feed, 0, default), "begin:1 c:1@1 c:1@2 end:1 begin:2 " + string.Join(' ', Enumerable.Range(3, Slice - 2).Select(i => $"c:2@{i}")), atOnce: true);
        told.Add("c:2@10001 c:2@10002", atOnce: true);
        told.Add("c:2@10003 end:2", atOnce: true);

        Assert.Equal([(2, false), (Slice, true), (1, false)], told.Batches.Select(batch => (batch.Events.Length, batch.Open)));
    }

    [Fact]
    public void LargeTransaction_OfWholeSlicesWhoseEndIsLost_IsEndedByAnEmptyBatch()
    {
        var told = Tell(new(Feed, 0, default), "begin:1 " + string.Join(' ', Enumerable.Range(1, Slice).Select(i => $"c:1@{i}")) + " begin:2 c:2@30000");

        Assert.Equal([(Slice, true), (0, false)], told.Batches.Select(batch => (batch.Events.Length, batch.Open)));
    }

    [Fact]
    public void Records_ThatChangeNothing_MoveThePointOn()
    {
        var told = Tell(new(Feed, 3, new(4)), "nothing nothing begin:1 end:1");

        Assert.All(told.Batches, batch => Assert.Empty(batch.Events));
        Assert.Equal(new FeedPoint(Feed, 7, new(4)), told.Batches[^1].Next);
    }

    [Fact]
    public void Notice_ComesWithTheRowsThatItSpeaksOf()
    {
        var told = Tell(new(Feed, 0, default), "begin:1 r:@5 notice c:1@5");

        Assert.Empty(told.Batches);
        told.Add("end:1");
        Assert.Equal((2, 1), (told.Batches[0].Events.Length, told.Batches[0].Notifications.Length));
    }

    [Theory]
    [InlineData("w:1@3", "server b", 5L)] // another server's
    [InlineData("w:1@3", "server a", 9L)] // one that was never applied
    public void SkippedWatermark_OfAnotherLineage_BreaksTheFeed(string record, string lineage, long counter)
    {
        var told = new Telling(new(Feed, 0, new(4)), new Watermark("orders", 7, default, "server a", null)) { Lineage = lineage, Counter = counter };

        var broken = Assert.Throws<FeedBrokenException>(() => told.Add(record));
        Assert.Contains("copied again", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SkippedWatermark_ThatWasApplied_IsAReplay()
    {
        var told = new Telling(new(Feed, 0, new(4)), new Watermark("orders", 7, default, "server a", null)) { Lineage = "server a", Counter = 7 };

        told.Add("w:1@3");

        Assert.Equal(1, told.Assembler.Replayed);
    }

    [Fact]
    public void Signals_AreNoneOfLegacysRows()
    {
        var told = Tell(new(Feed, 0, default), "begin:1 s:1@5 end:1");

        Assert.All(told.Batches, batch => Assert.Empty(batch.Events));
        Assert.Equal(new FeedPoint(Feed, 3, new(5)), told.Batches[^1].Next);
    }

    [Fact]
    public void Signal_ThatAsksForACopy_IsToldOfInItsPlace()
    {
        var told = Tell(new(Feed, 0, default), "notice execute:1@5 end:1");

        Assert.Equal(["s1", "orders/item/1"], told.Batches.SelectMany(batch => batch.Notifications).Select(said => said.Id));
        Assert.All(told.Batches, batch => Assert.Empty(batch.Events));
    }

    [Fact]
    public void Truncate_InAWindow_TakesTheChunksRowsWithIt()
    {
        var told = Tell(new(Feed, 0, default), "open:1@5 end:1 t:2@6 end:2 c:3@7 end:3 r::8 r::8 close:4@8 end:4 open:5@9 end:5 r::10 close:6@10 end:6");

        // What the table holds after it came as changes, and the next chunk is read after it.
        Assert.Equal("6 7 10", string.Join(' ', told.Batches.Where(batch => batch.Events.Length > 0).Select(Positions)));
    }

    [Fact]
    public void Truncate_InAWindowThatAReaderBeginsAnewIn_TakesTheChunksRowsWithIt()
    {
        const string Before = "open:1@5 end:1 t:2@6 end:2";
        var told = Tell(new(Feed, 0, default), Before);
        var point = told.Batches[^1].Next;
        Assert.Equal(new FeedPoint(Feed, 0, new(6)), point);

        var anew = Tell(point, $"{Before} r::8 close:3@8 end:3 c:4@9 end:4");

        Assert.Equal("6 9", string.Join(' ', anew.Batches.Where(batch => batch.Events.Length > 0).Select(Positions)));
        Assert.Equal(new FeedPoint(Feed, 9, new(9)), anew.Batches[^1].Next);
    }

    [Fact]
    public void Truncate_BesideAnyWindow_TakesNoRows()
    {
        var told = Tell(new(Feed, 0, default), "t:1@5 end:1 open:2@6 end:2 r::7 close:3@7 end:3");

        Assert.Equal("5 7", string.Join(' ', told.Batches.Where(batch => batch.Events.Length > 0).Select(Positions)));
    }

    private static Telling Tell(FeedPoint from, string records, bool atOnce = false)
    {
        var told = new Telling(from, null);
        told.Add(records, atOnce);
        return told;
    }

    private static string Positions(ChangeBatch batch) => string.Join(' ', batch.Events.Select(change => change.Position.ToString()));

    // Each word is a record: its op (w: a watermark, s: a signal; open, close, execute: those of a copy), its transaction, its position.
    private sealed class Telling(FeedPoint from, Watermark? applied)
    {
        private static readonly ColumnNames Watermarks = new(["dataset", "counter", "ts_ms", "lineage", "mark"]);
        private static readonly ColumnNames Signals = new(["id", "type", "data"]);
        private long _offset = from.Next;

        public TransactionAssembler Assembler { get; } = new(from, "orders", applied);

        public List<ChangeBatch> Batches { get; } = [];

        public string Lineage { get; init; } = "server a";

        public long Counter { get; init; } = 1;

        public void Add(string records, bool atOnce = false)
        {
            foreach (var record in records.Split(' '))
            {
                Assembler.Add(Record(record), _offset++, bytes: 100);
                if (!atOnce && Assembler.Take() is { } batch)
                {
                    Batches.Add(batch);
                }
            }

            if (atOnce && Assembler.Take() is { } whole)
            {
                Batches.Add(whole);
            }
        }

        private static DebeziumRecord Of(DebeziumRecordKind kind, string? transaction = null, ChangeEvent? change = null, DebeziumNotification? said = null) =>
            new(kind, default, change, transaction, Notification: said);

        private DebeziumRecord Record(string text)
        {
            var parts = text.Split(':', '@');
            return parts switch
            {
                ["nothing"] => Of(DebeziumRecordKind.Heartbeat),
                ["notice"] => Of(DebeziumRecordKind.Notification, said: new DebeziumNotification("s1", "Incremental Snapshot", "TABLE_SCAN_COMPLETED", "item", 1, "SUCCEEDED")),
                ["begin", var transaction] => Of(DebeziumRecordKind.Begin, transaction),
                ["end", var transaction] => Of(DebeziumRecordKind.End, transaction),
                [var op, var transaction, var position] => Of(
                    DebeziumRecordKind.Change, transaction.Length == 0 ? null : transaction, Change(op, new Position(ulong.Parse(position, CultureInfo.InvariantCulture)))),
                _ => throw new FormatException(text),
            };
        }

        private ChangeEvent Change(string op, Position position)
        {
            var signal = op switch { "open" => "snapshot-window-open", "close" => "snapshot-window-close", "execute" => "execute-snapshot", _ => null };
            var row = signal is not null ? new ChangeRow(Signals, [Text("orders/item/1"), Text(signal), ChangeValue.Null])
                : op == "w" ? new ChangeRow(Watermarks, [Text("orders"), Text(Counter.ToString(CultureInfo.InvariantCulture)), Text("0"), Text(Lineage), ChangeValue.Null])
                : new ChangeRow(new ColumnNames(["id"]), [Text("1")]);
            var operation = op switch { "r" => ChangeOperation.Read, "d" => ChangeOperation.Delete, "t" => ChangeOperation.Truncate, _ => ChangeOperation.Create };
            var table = op switch { "w" => Watermark.Table, "s" or "open" or "close" or "execute" => TransactionAssembler.SignalTable, _ => "item" };
            return new ChangeEvent(operation, table, row, null, operation is ChangeOperation.Delete or ChangeOperation.Truncate ? null : row, position, default);
        }

        private static ChangeValue Text(string text) => new(ChangeValueKind.Text, text);
    }
}
