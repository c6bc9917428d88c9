using System.Text;

namespace Hub.ChangeFeed.Tests;

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
        Assert.Equal("customers", change.Table);
        Assert.Equal(new Position(7), change.Position);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1795401891657), change.SourceTime);
        Assert.Equal(new ChangeValue(ChangeValueKind.Number, "1"), Value(change.Key, "id"));
        Assert.Equal(new ChangeValue(ChangeValueKind.Text, "{\"a\": 1}"), Value(change.After!, "tags"));
        Assert.Equal(ChangeValue.Null, Value(change.After!, "none"));
        Assert.Equal(new ChangeValue(ChangeValueKind.Boolean, "true"), Value(change.After!, "on"));
        Assert.False(change.After!.TryGet("absent", out _));
    }

    [Fact]
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
            """{"schema": {"type": "struct", "fields": [{"type": "int32", "field": "id"}]}, "payload": {"id": 1, "k2": "a"}}""",
            $$"""{"schema": {"type": "struct", "fields": [{"field": "before"}]}, "payload": {{Copied}}}""")!;

        Assert.Equal("customers", change.Table);
        Assert.Equal("a", Value(change.Key, "k2").Text);
    }

    [Theory]
    [InlineData("c", ChangeOperation.Create)]
    [InlineData("u", ChangeOperation.Update)]
    [InlineData("d", ChangeOperation.Delete)]
    public void Op_OfAWrite_IsTold(string op, ChangeOperation operation)
    {
        var change = Read(Key, $$$"""{"op":"{{{op}}}","before":{"id":1,"v":"old"},"after":{"id":1,"v":"new"},"source":{"table":"t","ts_ms":1,"snapshot":"true"}}""")!;

        Assert.Equal(operation, change.Operation);
        Assert.Equal(operation == ChangeOperation.Delete, change.After is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"schema": {}, "payload": null}""")]
    [InlineData("""{"ts_ms": 1795401953085}""")]
    public void TombstoneAndHeartbeat_ChangeNothing(string value) => Assert.Null(Read(Key, value));

    [Theory]
    [InlineData("""{"op":"t","source":{"table":"t"}}""", "op 't'")]
    [InlineData("""{"op":"c","before":null,"after":null,"source":{"table":"t"}}""", "no row")]
    [InlineData("""{"op":"c","after":{"id":1}}""", "name its table")]
    [InlineData("""{"hello":"world"}""", "no 'op'")]
    [InlineData("""{"op":"c","after":{"id":1""", "no JSON envelope")]
    [InlineData("[1]", "no JSON envelope")]
    [InlineData("""{"op":"c","after":[1]}""", "no JSON envelope")]
    public void Record_ThatIsNoEnvelope_IsRefusedWithItsReason(string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Read(Key, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Record_WithoutKey_IsRefused() =>
        Assert.Contains("no key", Assert.Throws<FormatException>(() => Read("", Copied)).Message, StringComparison.Ordinal);

    [Fact]
    public void Row_WrittenAsJson_ReadsTheSame()
    {
        var row = Read(Key, Copied)!.After!;

        Assert.Equal(row.Columns, ChangeRow.Parse(Encoding.UTF8.GetBytes(row.ToJson())).Columns);
    }

    private static ChangeEvent? Read(string key, string value) =>
        DebeziumEnvelope.Read(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), new Position(7));

    private static ChangeValue Value(ChangeRow row, string column)
    {
        Assert.True(row.TryGet(column, out var value));
        return value;
    }
}
