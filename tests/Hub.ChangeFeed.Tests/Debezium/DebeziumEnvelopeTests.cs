using System.Text;
using Hub.ChangeFeed.Debezium;

namespace Hub.ChangeFeed.Tests.Debezium;

public sealed class DebeziumEnvelopeTests
{
    private const string Key = """{"id":1}""";

    // As Debezium's PostgreSQL connector wrote it.
    private const string Copied =
        """
        {"before": null, "after": {"id": 1, "email": "a@x.test", "balance": 19.90, "big": 123456789012345678901234567890.125, "tags": "{\"a\": 1}", "none": null, "on": true},
         "source": {"version": "3.7.0.Final", "connector": "postgresql", "name": "pgshop", "ts_ms": 1795401891657, "snapshot": "first", "db": "shop",
                    "sequence": "[null,\"26387112\"]", "schema": "inventory", "table": "customers", "txId": 730, "lsn": 26387112, "xmin": null},
         "transaction": null, "op": "r", "ts_ms": 1795401892092}
        """;

    [Fact]
    public void Envelope_OfACopiedRow_HasTableKeyTimeAndValues()
    {
        var change = Read(Key, Copied)!;

        Assert.Equal(ChangeOperation.Read, change.Operation);
        Assert.Equal("inventory.customers", change.Table);
        Assert.Equal(new Position(26387112, 26387112), change.Position);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1795401891657), change.SourceTime);
        Assert.Equal(new ChangeValue(ChangeValueKind.Number, "1"), Value(change.Key, "id"));
        Assert.Equal(new ChangeValue(ChangeValueKind.Text, "{\"a\": 1}"), Value(change.After!, "tags"));
        Assert.Equal(ChangeValue.Null, Value(change.After!, "none"));
        Assert.Equal(new ChangeValue(ChangeValueKind.Boolean, "true"), Value(change.After!, "on"));
        Assert.False(change.After!.TryGet("absent", out _));
    }

    [Fact]
    [Trait("Pain", "DecimalsAsBase64")]
    public void Decimal_InAnEnvelope_KeepsItsDigits()
    {
        var row = Read(Key, Copied)!.After!;

        Assert.Equal("19.90", Value(row, "balance").Text);
        Assert.Equal("123456789012345678901234567890.125", Value(row, "big").Text);
    }

    [Fact]
    public void Envelope_WithItsSchemaBesideIt_IsReadTheSame()
    {
        var change = Read(
            """{"schema": {"type": "struct", "fields": [{"type": "int32", "field": "id"}, {"type": "string", "field": "k2"}]}, "payload": {"id": 1, "k2": "a"}}""",
            $$"""{"schema": {"type": "struct", "fields": [{"field": "before"}]}, "payload": {{Copied}}}""")!;

        Assert.Equal("inventory.customers", change.Table);
        Assert.Equal("a", Value(change.Key, "k2").Text);
    }

    [Theory]
    [InlineData("c", ChangeOperation.Create)]
    [InlineData("u", ChangeOperation.Update)]
    [InlineData("d", ChangeOperation.Delete)]
    public void Op_OfAWrite_IsTold(string op, ChangeOperation operation)
    {
        var change = Read(Key, $$$"""{"op":"{{{op}}}","before":{"id":1,"v":"old"},"after":{"id":1,"v":"new"},"source":{"connector":"hub-sqlite","table":"t","ts_ms":1,"snapshot":"true"}}""")!;

        Assert.Equal(operation, change.Operation);
        Assert.Equal(operation == ChangeOperation.Delete, change.After is null);
    }

    [Theory]
    [InlineData("", DebeziumRecordKind.Tombstone)]
    [InlineData("null", DebeziumRecordKind.Tombstone)]
    [InlineData("""{"schema": {}, "payload": null}""", DebeziumRecordKind.Tombstone)]
    [InlineData("""{"ts_ms": 1795401953085}""", DebeziumRecordKind.Heartbeat)]
    [InlineData("""{"op":"m","ts_ms":1,"source":{"connector":"postgresql"},"message":{"prefix":"p","content":"AA=="}}""", DebeziumRecordKind.Message)]
    public void Record_ThatChangesNoRow_IsTold(string value, DebeziumRecordKind kind) => Assert.Equal(kind, Record(Key, value).Kind);

    [Fact]
    public void Transaction_BeginEventAndEnd_HaveOneId()
    {
        var envelope = new DebeziumEnvelope();
        var begin = Record("""{"id":"763:31442376"}""", """{"status":"BEGIN","id":"763:31442376","event_count":null,"data_collections":null,"ts_ms":5}""", envelope);
        var change = Record(Key, """{"op":"c","after":{"id":1},"source":{"connector":"postgresql","name":"p","db":"d","schema":"public","table":"t","sequence":"[\"1\",\"2\"]","txId":763},"transaction":{"id":"763:31442400"}}""", envelope);
        var end = Record("""{"id":"763:31442376"}""", """{"status":"END","id":"763:31442500","event_count":1,"data_collections":[],"ts_ms":6}""", envelope);

        Assert.Equal((DebeziumRecordKind.Begin, "763", null), (begin.Kind, begin.Transaction, begin.EventCount));
        Assert.Equal("763", change.Transaction);
        Assert.Equal((DebeziumRecordKind.End, "763", 1L), (end.Kind, end.Transaction, end.EventCount));
    }

    [Fact]
    public void Truncate_HasNoKeyAndIsNotKeyless()
    {
        var change = Read("", """{"op":"t","before":null,"after":null,"source":{"connector":"hub-sqlite","table":"t"}}""")!;

        Assert.Equal(ChangeOperation.Truncate, change.Operation);
        Assert.False(change.IsKeyless);
    }

    [Fact]
    public void Row_OfATableWithoutKey_IsTold() => Assert.True(Read("", Copied)!.IsKeyless);

    [Fact]
    public void ChangeOfKey_WithItsHeader_TellsTheOldKey()
    {
        const string Created = """{"op":"c","after":{"id":2},"source":{"connector":"hub-sqlite","table":"t"}}""";

        var change = new DebeziumEnvelope().Read("""{"id":2}"""u8, Encoding.UTF8.GetBytes(Created), 1, """{"id":1}"""u8).Change!;

        Assert.Equal("1", Value(change.OldKey!, "id").Text);
    }

    [Theory]
    [InlineData("""{"op":"c","before":null,"after":null,"source":{"connector":"hub-sqlite","table":"t"}}""", "no row")]
    [InlineData("""{"op":"x","after":{"id":1},"source":{"connector":"hub-sqlite","table":"t"}}""", "op 'x'")]
    [InlineData("""{"op":"c","after":{"id":1}}""", "name its table")]
    [InlineData("""{"op":"c","after":{"id":1},"source":{"connector":"oracle","table":"t"}}""", "oracle")]
    [InlineData("""{"op":"c","after":{"id":1},"source":{"connector":"postgresql","table":"t","schema":"public","lsn":4}}""", "source.sequence is missing")]
    [InlineData("""{"hello":"world"}""", "no 'op'")]
    [InlineData("""{"id":1,"__deleted":"false","__op":"u"}""", "ExtractNewRecordState")]
    [InlineData("""{"op":"c","after":{"id":1""", "ends in the middle")]
    [InlineData("[1]", "an envelope is expected")]
    [InlineData("""{"op":"c","after":[1]}""", "a row is expected")]
    [InlineData("""{"ts_ms":1} x""", "behind the record's end")]
    public void Record_ThatIsNoEnvelope_IsRefusedWithItsReasonAndOffset(string value, string reason)
    {
        var message = Assert.Throws<FormatException>(() => Read(Key, value)).Message;

        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains("offset 7", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_ThatHoldsWhatUsuallyStandsBehindARow_IsReadToItsEnd()
    {
        const string Value = """{"before":null,"after":{"id":1,"geo":{"a":{"x":1},"source":{"table":"other"}}},"source":{"connector":"hub-sqlite","table":"t"},"op":"c"}""";

        var change = Read(Key, Value)!;

        Assert.Equal("t", change.Table);
        Assert.Equal("""{"a":{"x":1},"source":{"table":"other"}}""", DebeziumEnvelopeTests.Value(change.After!, "geo").Text);
    }

    [Fact]
    public void Bytes_OfTheHubsOwnCapture_AreLowerCaseHex() =>
        Assert.Equal(new ChangeValue(ChangeValueKind.Bytes, "00ff"), Value(Read(Key, """{"op":"c","after":{"id":1,"b":{"$hex":"00FF"}},"source":{"connector":"hub-sqlite","table":"t"}}""")!.After!, "b"));

    [Fact]
    public void Row_WrittenAsJson_ReadsTheSame()
    {
        var row = Read(Key, Copied)!.After!;

        Assert.Equal(row.Columns, ChangeRow.Parse(Encoding.UTF8.GetBytes(row.ToJson())).Columns);
    }

    private static ChangeEvent? Read(string key, string value) => Record(key, value).Change;

    private static DebeziumRecord Record(string key, string value, DebeziumEnvelope? envelope = null) =>
        (envelope ?? new DebeziumEnvelope()).Read(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), 7);

    private static ChangeValue Value(ChangeRow row, string column)
    {
        Assert.True(row.TryGet(column, out var value));
        return value;
    }
}
