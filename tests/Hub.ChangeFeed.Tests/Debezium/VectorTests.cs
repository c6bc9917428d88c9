using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Tests.Debezium;

/// <summary>Column type, value and mode of Debezium's own tests: those of accepted modes have their canonical text, the others are refused by name.</summary>
public sealed partial class VectorTests
{
    // What the vectors write otherwise than the Hub's canonical text.
    private static readonly Dictionary<string, string> WrittenOtherwise = new(StringComparer.Ordinal)
    {
        ["2018-07-13T12:23:45.456+11:00"] = "2018-07-13T01:23:45.456Z", // in UTC
        ["4713-12-31 23:59:59.999999 BC"] = "4713-12-31T23:59:59.999999 BC",
        ["POINT(1 1)"] = """{"x":1.0,"y":1.0,"wkb":"AQEAAAAAAAAAAADwPwAAAAAAAPA/","srid":null}""",

        // The literals of Debezium's test, which the column's digits rounded.
        ["517:51:04.777"] = "517:51:04.78",
        ["-733:00:00.0011"] = "-733:00:00.001",
        ["-1:59:59.0011"] = "-01:59:59.001",
    };

    [Fact]
    public void Vector_OfAnAcceptedMode_HasItsCanonicalText()
    {
        var wrong = new List<string>();
        foreach (var vector in Vectors().Where(vector => RefusedMode(vector) is null))
        {
            var expected = Expected(vector);
            foreach (var schemas in new[] { true, false })
            {
                if (!schemas && !IsToldWithout(vector))
                {
                    continue;
                }

                var actual = Shown(() => Decode(vector, schemas));
                if (actual != expected)
                {
                    wrong.Add($"{Text(vector, "connector")} {Text(vector, "column_type")} {Text(vector, "mode")} {(schemas ? "with" : "without")} schema: {expected} is expected, it is {actual}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    [Trait("Pain", "DecimalsAsBase64")]
    public void Vector_OfAnotherMode_IsRefusedByName()
    {
        var wrong = new List<string>();
        foreach (var vector in Vectors().Where(vector => RefusedMode(vector) is not null))
        {
            var message = Shown(() => Decode(vector, schemas: true));
            if (!message.Contains($"={RefusedMode(vector)}", StringComparison.Ordinal) || !message.Contains("column v", StringComparison.Ordinal) || !message.Contains("set ", StringComparison.Ordinal))
            {
                wrong.Add($"{vector.GetRawText()}: {message}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("deadbeefdeadbeef", "hex")]
    [InlineData("AQ-_", "base64-url-safe")]
    public void Bytes_OfAnotherMode_AreRefusedWhereTheyShowIt(string text, string mode)
    {
        var vector = JsonDocument.Parse($$"""{"connector":"postgresql","column_type":"bytea","json":"{{text}}","schema":{"type":"string"},"mode":"bytes"}""").RootElement;

        Assert.Contains($"binary.handling.mode={mode}", Shown(() => Decode(vector, schemas: true)), StringComparison.Ordinal);
        Assert.Contains($"binary.handling.mode={mode}", Shown(() => Decode(vector, schemas: false)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("numeric", "\"BNI=\"", "decimal.handling.mode=precise")]
    [InlineData("numeric", "1.5", "decimal.handling.mode=double")]
    [InlineData("date", "17725", "time.precision.mode=isostring")]
    [InlineData("timestamp", "1531481025340", "time.precision.mode=isostring")]
    [InlineData("timestamptz", "{\"year\":2020}", "time.precision.mode=structured")]
    [InlineData("interval", "5", "interval.handling.mode=numeric")]
    [InlineData("hstore", "{\"a\":\"b\"}", "hstore.handling.mode=map")]
    [InlineData("boolean", "\"x\"", "true or false is expected")]
    public void Value_OfAnotherModeThanTheHubs_WithoutSchema_IsRefusedByName(string type, string json, string reason)
    {
        var vector = JsonDocument.Parse($$"""{"connector":"postgresql","column_type":"{{type}}","json":{{json}},"schema":null,"mode":"string"}""").RootElement;

        Assert.Contains(reason, Shown(() => Decode(vector, schemas: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void Timestamp_InMicrosecondsWhereMillisecondsAreMeant_IsRefusedByItsYear()
    {
        var vector = JsonDocument.Parse("""{"connector":"postgresql","column_type":"timestamp(3)","json":1709210096789012,"schema":null,"mode":"adaptive"}""").RootElement;

        Assert.Contains("microseconds", Shown(() => Decode(vector, schemas: false)), StringComparison.Ordinal);
    }

    // As Debezium 3.7.0 wrote them with isostring.
    [Theory]
    [InlineData("date", "+5877611-06-21Z", "infinity")]
    [InlineData("date", "-5877611-06-22Z", "-infinity")]
    [InlineData("date", "-0043-03-15Z", "0044-03-15 BC")]
    [InlineData("timestamp", "+292278994-08-16T23:00:00Z", "infinity")]
    [InlineData("timestamp", "-292275055-05-16T23:00:00Z", "-infinity")]
    [InlineData("timestamp", "-0043-03-15T12:00:00Z", "0044-03-15T12:00:00 BC")]
    [InlineData("timestamp", "+12024-03-15T12:00:00Z", "12024-03-15T12:00:00")]
    [InlineData("interval", "P1Y0M-2DT0H0M-3.5S", "P1Y-2DT-3.5S")]
    public void Value_AsPostgresConnectorWroteIt_IsCanonical(string type, string text, string expected)
    {
        var vector = JsonDocument.Parse($$"""{"connector":"postgresql","column_type":"{{type}}","json":"{{text}}","schema":null,"mode":"string"}""").RootElement;

        Assert.Equal(expected, Shown(() => Decode(vector, schemas: false)));
    }

    [Theory]
    [InlineData("1E-7", "0.0000001")]
    [InlineData("1.20E+5", "120000")]
    [InlineData("-0.00", "-0.00")]
    [InlineData("POSITIVE_INFINITY", "Infinity")]
    public void Decimal_AsJavaWritesIt_IsPlainDigits(string text, string plain) =>
        Assert.Equal(plain, DecimalText.FromText(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("P0Y0M-1DT0H0M0S", "P-1D")]
    [InlineData("P0Y0M0DT0H0M0S", "PT0S")]
    [InlineData("P0Y0M0DT0H0M-6.70S", "PT-6.7S")]
    [InlineData("P1Y2M3D", "P1Y2M3D")]
    [InlineData("1 day", null)]
    public void Interval_HasNoPartsThatAreZero(string text, string? expected) => Assert.Equal(expected, IntervalText.FromText(Encoding.ASCII.GetBytes(text)));

    private static List<JsonElement> Vectors() => [.. Samples.Lines("types/vectors.jsonl").Select(line => JsonDocument.Parse(line).RootElement)
        .Where(vector => !Text(vector, "note").Contains("NOT EMITTED", StringComparison.Ordinal))];

    private static string Text(JsonElement vector, string name) => vector.TryGetProperty(name, out var value) ? value.ToString() : "";

    // base64-url-safe of these bytes is plain base64 as well, and read as such: nothing shows the mode, and nothing is lost.
    private static string? RefusedMode(JsonElement vector) => Text(vector, "mode").Split('=')[^1] switch
    {
        "double" or "connect" or "structured" or "numeric" or "hex" => Text(vector, "mode").Split('=')[^1],
        _ => null,
    };

    // Where nobody says how many digits a decimal has, a value without schema is refused.
    private static bool IsToldWithout(JsonElement vector) => Handling(vector) == DebeziumHandling.Hub || Text(vector, "column_type") is not ("decimal" or "decimal(65,30)");

    private static DebeziumHandling Handling(JsonElement vector) =>
        Text(vector, "mode").Split('=')[^1] is "string" or "isostring" or "base64" ? DebeziumHandling.Hub : DebeziumHandling.Debezium;

    private static string Expected(JsonElement vector)
    {
        var canonical = Text(vector, "canonical");
        var type = TypeOf(vector);
        return canonical.StartsWith("little-endian", StringComparison.Ordinal) ? Convert.ToHexStringLower(Convert.FromBase64String(Text(vector, "json"))).TrimEnd('0') is var hex && hex.Length % 2 == 1 ? $"{hex}0" : hex
            : canonical == "(unknown)" ? "unknown"
            : type is ColumnType.WholeNumber && canonical == "true" ? "1"
            : WrittenOtherwise.TryGetValue(canonical, out var ours) ? ours
            : type is ColumnType.Timestamp or ColumnType.TimeOfDay ? ZerosBehind().Replace(canonical, "")
            : canonical;
    }

    private static string Decode(JsonElement vector, bool schemas)
    {
        var connector = Text(vector, "connector");
        var source = connector switch
        {
            "postgresql" => "\"schema\":\"public\",\"sequence\":\"[\\\"1\\\",\\\"2\\\"]\",\"lsn\":2",
            "mysql" => "\"file\":\"binlog.000001\",\"pos\":4,\"row\":0",
            _ => "\"schema\":\"dbo\",\"commit_lsn\":\"00000027:00000758:0005\"",
        };
        var payload = $$"""{"before":null,"after":{"v":{{vector.GetProperty("json").GetRawText()}}},"source":{"connector":"{{connector}}","name":"p","db":"d","table":"t","ts_ms":1,{{source}}},"op":"c","ts_ms":1}""";
        var schema = vector.GetProperty("schema");
        var record = schemas
            ? $$$"""{"schema":{"type":"struct","fields":[{"type":"struct","fields":[{{{schema.GetRawText().Insert(1, "\"field\":\"v\",")}}}],"field":"after"}]},"payload":{{{payload}}}}"""
            : payload;
        var table = SampleTables.Table("t", ("v", TypeOf(vector), Text(vector, "column_type").Replace(" (TOAST, unchanged)", "", StringComparison.Ordinal)));
        var envelope = new DebeziumEnvelope(new Dictionary<string, DatabaseTable> { ["t"] = table }, Handling(vector), connector == "mysql" ? "d" : null);
        var value = envelope.Read("""{"id":1}"""u8, Encoding.UTF8.GetBytes(record), 1).Change!.After![0];
        return value.Text ?? value.ToString();
    }

    private static string Shown(Func<string> decode)
    {
        try
        {
            return decode();
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static ColumnType TypeOf(JsonElement vector) => (Text(vector, "connector"), Text(vector, "column_type").Split('(', ' ')[0]) switch
    {
        ("sqlserver", "bit") or (_, "boolean") => ColumnType.Boolean,
        ("mysql", "bit") when Text(vector, "column_type") == "bit(1)" => ColumnType.Boolean,
        (_, "bit") => ColumnType.Bits,
        (_, "tinyint" or "bigint" or "oid" or "year") => ColumnType.WholeNumber,
        (_, "decimal" or "numeric" or "money" or "smallmoney") => ColumnType.ExactNumber,
        (_, "real" or "float" or "float8") => ColumnType.BinaryFraction,
        (_, "date") => ColumnType.Date,
        (_, "time" or "timetz") => ColumnType.TimeOfDay,
        ("mysql", "timestamp") or (_, "timestamptz" or "datetimeoffset") => ColumnType.ZonedTimestamp,
        (_, "timestamp" or "datetime" or "datetime2" or "smalldatetime") => ColumnType.Timestamp,
        (_, "interval") => ColumnType.Interval,
        (_, "varbinary" or "bytea") => ColumnType.Bytes,
        (_, "uuid" or "uniqueidentifier") => ColumnType.Uuid,
        (_, "json" or "jsonb" or "hstore") => ColumnType.Json,
        (_, "enum") => ColumnType.Enum,
        (_, "point") => ColumnType.Other,
        _ => ColumnType.Text,
    };

    [GeneratedRegex(@"\.?0+$(?<=\.\d*)")]
    private static partial Regex ZerosBehind();
}
