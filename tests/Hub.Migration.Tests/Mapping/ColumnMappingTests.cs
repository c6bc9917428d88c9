using System.Globalization;
using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Mapping.Converting;

namespace Hub.Migration.Tests.Mapping;

public sealed class ColumnMappingTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("19.9", "19.90")]
    [InlineData("5", "5.00")]
    [InlineData("-0.5", "-0.50")]
    [InlineData("\"19.900\"", "19.90")]
    [InlineData("1.0e+3", "1000.00")]
    [InlineData("12345678901234567890.12", "12345678901234567890.12")]
    public void Money_WithTwoDecimals_IsKept(string json, string amount) =>
        Assert.Equal(amount, Assert.IsType<decimal>(Sqlite(json, ColumnType.ExactNumber, Conversion.Money)).ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("EUR", "19.90", "19.90")]
    [InlineData("JPY", "1990", "1990")]
    [InlineData("KWD", "1.5", "1.500")]
    [InlineData("JPY", "19.9", null)]
    [InlineData("KWD", "1.5555", null)]
    public void Money_OfACurrency_HasItsDecimals(string currency, string json, string? amount)
    {
        var made = Bound(new ColumnConfig { From = "C", As = Conversion.Money, Currency = currency }, ColumnType.ExactNumber, "numeric(20,4)").Make(Value(json));
        if (amount is null)
        {
            Assert.Contains("rounding would lose", Assert.IsType<Refusal>(made).Expected, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(amount, Assert.IsType<decimal>(made).ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Money_ThatLegacyCountsInCents_BecomesAnAmount() => Assert.Equal(
        19.90m, Bound(new ColumnConfig { From = "C", As = Conversion.Money, Minor = true }, ColumnType.WholeNumber, "numeric(12,2)").Make(Value("1990")));

    [Theory]
    [InlineData("19.999", nameof(Conversion.Money))]
    [InlineData("\"a lot\"", nameof(Conversion.Money))]
    [InlineData("\"Inf\"", nameof(Conversion.Money))]
    [InlineData("\"NaN\"", nameof(Conversion.Money))]
    [InlineData("1234567890123456789012345678.90", nameof(Conversion.Money))]
    [InlineData("1e-40", nameof(Conversion.Decimal))]
    [InlineData("340282366920938463463374607431768211455", nameof(Conversion.Decimal))] // 2^128 - 1
    [InlineData("\"Infinity\"", nameof(Conversion.Decimal))]
    [InlineData("2", nameof(Conversion.Bool))]
    [InlineData("\"yes\"", nameof(Conversion.Bool))]
    [InlineData("1.5", nameof(Conversion.WholeNumber))]
    [InlineData("9223372036854775808", nameof(Conversion.WholeNumber))]
    [InlineData("\"NaN\"", nameof(Conversion.Fraction))]
    [InlineData("\"Infinity\"", nameof(Conversion.Fraction))]
    [InlineData("0.1234567890123456789", nameof(Conversion.Fraction))]
    [InlineData("{\"$hex\":\"00\"}", nameof(Conversion.Text))]
    [InlineData("\"2027-13-01 00:00:00\"", nameof(Conversion.ZonedTime))]
    [InlineData("\"0000-00-00 00:00:00\"", nameof(Conversion.ZonedTime))]
    [InlineData("\"2027-01-01T00:00:00Z\"", nameof(Conversion.ZonedTime))]
    [InlineData("\"infinity\"", nameof(Conversion.ZonedTime))]
    [InlineData("1795401891", nameof(Conversion.ZonedTime))]
    [InlineData("\"soon\"", nameof(Conversion.UtcTime))]
    [InlineData("\"-infinity\"", nameof(Conversion.UtcTime))]
    [InlineData("\"0044-03-15T12:00:00 BC\"", nameof(Conversion.UtcTime))]
    [InlineData("\"2027-01-01T10:00:00\"", nameof(Conversion.Date))]
    [InlineData("\"2027-02-29\"", nameof(Conversion.Date))]
    [InlineData("\"25:00:00\"", nameof(Conversion.TimeOfDay))]
    [InlineData("\"24:00:00\"", nameof(Conversion.TimeOfDay))]
    [InlineData("\"{\"", nameof(Conversion.Json))]
    [InlineData("\"42\"", nameof(Conversion.Uuid))]
    public void Value_ThatWouldLoseSomething_IsAnErrorWithTheColumnsName(string json, string conversion)
    {
        var column = Bound(new ColumnConfig { From = "C", As = Enum.Parse<Conversion>(conversion) }, ColumnType.Other, "TEXT", TargetKind.Sqlite);
        var refusal = Assert.IsType<Refusal>(column.Make(Value(json)));

        Assert.StartsWith("column c (from C): ", column.Explain(Value(json), refusal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", nameof(Conversion.Bool), false)]
    [InlineData("true", nameof(Conversion.Bool), true)]
    [InlineData("7.0", nameof(Conversion.WholeNumber), 7L)]
    [InlineData("\"0042\"", nameof(Conversion.Value), "0042")]
    [InlineData("42", nameof(Conversion.Text), "42")]
    [InlineData("\"pot \\uD83C\\uDF75\"", nameof(Conversion.Text), "pot 🍵")]
    [InlineData("\"{ \\\"b\\\" : 1.10,  \\\"a\\\":null }\"", nameof(Conversion.Json), "{\"b\":1.10,\"a\":null}")]
    [InlineData("\"2027-01-31\"", nameof(Conversion.Date), "2027-01-31")]
    [InlineData("\"10:23:45.68\"", nameof(Conversion.TimeOfDay), "10:23:45.68")]
    [InlineData("\"0198C5A6-1D3E-7CC0-8A4F-5B6D7E8F9A0B\"", nameof(Conversion.Uuid), "0198c5a6-1d3e-7cc0-8a4f-5b6d7e8f9a0b")]
    [InlineData("1.5", nameof(Conversion.Fraction), 1.5)]
    public void Value_ThatFits_IsConverted(string json, string conversion, object value) =>
        Assert.Equal(value, Sqlite(json, ColumnType.Other, Enum.Parse<Conversion>(conversion)));

    [Fact]
    public void Decimal_WithManyDigits_KeepsThemAll() => Assert.Equal(0.1234567890123456789m, Sqlite("0.1234567890123456789", ColumnType.ExactNumber, Conversion.Decimal));

    [Theory]
    [InlineData("\"0\\u0000\"", ColumnType.Text, "text", "without NUL")]
    [InlineData("\"abcd\"", ColumnType.Text, "character varying(3)", "at most 3 characters")]
    [InlineData("\"🍵🍵🍵🍵\"", ColumnType.Text, "varchar(3)", "at most 3 characters")]
    [InlineData("2147483648", ColumnType.WholeNumber, "integer", "within -2147483648 and 2147483647")]
    [InlineData("18446744073709551615", ColumnType.WholeNumber, "bigint", "a whole number of 64 bits")]
    [InlineData("1.255", ColumnType.ExactNumber, "numeric(12,2)", "2 decimals")]
    [InlineData("12345", ColumnType.ExactNumber, "numeric(4,0)", "4 digits")]
    [InlineData("\"NaN\"", ColumnType.ExactNumber, "numeric", "28 digits")]
    [InlineData("0.1234567", ColumnType.BinaryFraction, "numeric(12,2)", "decimals")]
    [InlineData("0.12345678901", ColumnType.BinaryFraction, "real", "binary fraction")]
    [InlineData("\"2027-01-01T00:00:00.1234567\"", ColumnType.Timestamp, "timestamp without time zone", "microseconds")]
    [InlineData("\"2027-01-01T00:00:00.5\"", ColumnType.Timestamp, "timestamp(0) without time zone", "microseconds")]
    [InlineData("\"infinity\"", ColumnType.ZonedTimestamp, "timestamp with time zone", "infinity fits a text only")]
    [InlineData("\"P1M\"", ColumnType.Interval, "interval", "months and years")]
    [InlineData("\"-01:00:00\"", ColumnType.TimeOfDay, "time without time zone", "fits an interval")]
    [InlineData("\"{\\\"a\\\":\\\"\\\\u0000\\\"}\"", ColumnType.Json, "jsonb", "jsonb can't hold")]
    [InlineData("\"nil\"", ColumnType.Text, "uuid", "a UUID")]
    [InlineData("\"plain\"", ColumnType.Text, "json", "JSON")]
    public void Postgres_ValueThatDoesNotFit_IsRefused(string json, ColumnType source, string declared, string expected) => Assert.Contains(
        expected, Assert.IsType<Refusal>(Bound(new ColumnConfig { From = "C" }, source, declared).Make(Value(json))).Expected, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"🍵🍵🍵\"", ColumnType.Text, "varchar(3)", "🍵🍵🍵")]
    [InlineData("\"ab   \"", ColumnType.Text, "character(5)", "ab")]
    [InlineData("\"ab   \"", ColumnType.Text, "text", "ab   ")]
    [InlineData("7", ColumnType.WholeNumber, "smallint", 7L)]
    [InlineData("7", ColumnType.WholeNumber, "text", "7")]
    [InlineData("7.00", ColumnType.ExactNumber, "bigint", 7L)]
    [InlineData("\"NaN\"", ColumnType.BinaryFraction, "double precision", double.NaN)]
    [InlineData("\"-Infinity\"", ColumnType.BinaryFraction, "double precision", double.NegativeInfinity)]
    [InlineData("true", ColumnType.Boolean, "boolean", true)]
    [InlineData("\"{\\\"b\\\":1}\"", ColumnType.Json, "jsonb", "{\"b\":1}")]
    public void Postgres_ValueThatFits_HasTheTargetsType(string json, ColumnType source, string declared, object value) =>
        Assert.Equal(value, Bound(new ColumnConfig { From = "C" }, source, declared).Make(Value(json)));

    [Fact]
    public void Postgres_TimesAndBytes_HaveTheTargetsType()
    {
        Assert.Equal(new DateTime(2018, 7, 13, 11, 23, 45, 340), Make(ColumnType.Timestamp, "timestamp without time zone", "2018-07-13T11:23:45.34"));
        Assert.Equal(new DateTimeOffset(2018, 7, 13, 11, 23, 45, TimeSpan.Zero), Make(ColumnType.ZonedTimestamp, "timestamp with time zone", "2018-07-13T11:23:45Z"));
        Assert.Equal(new DateOnly(2018, 7, 13), Make(ColumnType.Date, "date", "2018-07-13"));
        Assert.Equal(new TimeOnly(10, 23, 45, 680), Make(ColumnType.TimeOfDay, "time without time zone", "10:23:45.68"));
        Assert.Equal(new TimeSpan(3, 4, 5, 6, 780), Make(ColumnType.Interval, "interval", "P3DT4H5M6.78S"));
        Assert.Equal(TimeSpan.FromHours(-800), Make(ColumnType.TimeOfDay, "interval", "-800:00:00"));
        Assert.Equal(Guid.Parse("0198c5a6-1d3e-7cc0-8a4f-5b6d7e8f9a0b"), Make(ColumnType.Uuid, "uuid", "0198c5a6-1d3e-7cc0-8a4f-5b6d7e8f9a0b"));
        Assert.Equal(
            new byte[] { 0, 255 }, Bound(new ColumnConfig { From = "C" }, ColumnType.Bytes, "bytea").Make(new ChangeValue(ChangeValueKind.Bytes, "00ff")));
        Assert.Equal(
            true, Bound(new ColumnConfig { From = "C", As = Conversion.Bool }, ColumnType.Bits, "boolean").Make(new ChangeValue(ChangeValueKind.Bytes, "01")));
        Assert.Equal(
            Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            Bound(new ColumnConfig { From = "C", As = Conversion.Uuid }, ColumnType.Bytes, "uuid").Make(new ChangeValue(ChangeValueKind.Bytes, "00112233445566778899aabbccddeeff")));

        static object? Make(ColumnType source, string declared, string text) =>
            Bound(new ColumnConfig { From = "C" }, source, declared).Make(new ChangeValue(ChangeValueKind.Text, text));
    }

    [Fact]
    public void Null_BecomesTheDefaultWhereThereIsOne_AndUnknownStaysUnknown()
    {
        var column = Bound(new ColumnConfig { From = "C", Default = "0" }, ColumnType.WholeNumber, "integer");

        Assert.Equal(0L, column.Make(ChangeValue.Null));
        Assert.Same(RowEffect.Unknown, column.Make(ChangeValue.Unknown));
        Assert.Null(Bound(new ColumnConfig { From = "C" }, ColumnType.WholeNumber, "integer").Make(ChangeValue.Null));
    }

    [Fact]
    public void Map_OfTexts_TakesWhatIsListedAndNothingElse()
    {
        var column = Bound(new ColumnConfig { From = "C", Map = new() { ["10"] = "pending", ["20"] = "paid" } }, ColumnType.WholeNumber, "text");

        Assert.Equal("paid", column.Make(new ChangeValue(ChangeValueKind.Number, "20")));
        Assert.Equal("listed in the Map (10, 20)", Assert.IsType<Refusal>(column.Make(new ChangeValue(ChangeValueKind.Number, "30"))).Expected);
    }

    [Fact]
    public void Map_ToTruth_GivesTruth() => Assert.Equal(
        true, Bound(new ColumnConfig { From = "C", Map = new() { ["Y"] = "true", ["N"] = "false" } }, ColumnType.Text, "boolean").Make(new ChangeValue(ChangeValueKind.Text, "Y")));

    [Theory]
    [InlineData("$.color", "text", "red")]
    [InlineData("$.sizes[1]", "integer", 42L)]
    [InlineData("$['shoe size']", "text", "9.5")]
    [InlineData("$.new", "boolean", true)]
    [InlineData("$.none", "text", null)]
    [InlineData("$.nothing", "text", null)]
    [InlineData("$.sizes", "jsonb", "[41,42]")]
    public void Json_WithAPath_TakesThePart(string path, string declared, object? value) => Assert.Equal(
        value, Bound(new ColumnConfig { From = "C", Json = path }, ColumnType.Text, declared)
            .Make(new ChangeValue(ChangeValueKind.Text, """{"color":"red","sizes":[41, 42],"shoe size":9.5,"new":true,"nothing":null}""")));

    [Fact]
    public void Json_WithAPathToAListIntoText_IsRefused() => Assert.Contains(
        "a plain value at $.sizes", Assert.IsType<Refusal>(Bound(new ColumnConfig { From = "C", Json = "$.sizes" }, ColumnType.Text, "text")
            .Make(new ChangeValue(ChangeValueKind.Text, """{"sizes":[1]}"""))).Expected, StringComparison.Ordinal);

    [Fact]
    public void Trim_TakesThePaddingOnly() => Assert.Equal(
        " ab", Bound(new ColumnConfig { From = "C", Trim = true }, ColumnType.Text, "varchar(3)").Make(new ChangeValue(ChangeValueKind.Text, " ab   ")));

    [Theory]
    [InlineData("2026-01-15 12:00:00", "2026-01-15T11:00:00")]
    [InlineData("2026-07-15 12:00:00.5", "2026-07-15T10:00:00.5")]
    [InlineData("2026-03-29 01:59:59", "2026-03-29T00:59:59")]
    [InlineData("2026-03-29 02:30:00", "2026-03-29T01:30:00")] // never was: as if the clock had gone on
    [InlineData("2026-03-29T03:30:00", "2026-03-29T01:30:00")]
    [InlineData("2026-10-25 02:30:00", "2026-10-25T00:30:00")] // came twice: the first time
    [InlineData("2026-10-25 03:00:00", "2026-10-25T02:00:00")]
    [InlineData("9999-12-31 23:59:59", "9999-12-31T22:59:59")]
    public void ZonelessTime_InTheStatedZone_BecomesUtc(string local, string utc) => Assert.Equal(
        DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), Sqlite($"\"{local}\"", ColumnType.Text, Conversion.ZonedTime));

    [Fact]
    public void ZonedTime_OfAnyQuarter_IsTheZonesOwn()
    {
        // What the cache of quarters gives is what the zone says, both years' changes and the hours around them.
        var zoned = new ZonedTime(Berlin);
        for (var local = new DateTime(2026, 3, 28); local < new DateTime(2026, 3, 30); local = local.AddMinutes(7))
        {
            foreach (var time in new[] { local, local.AddMonths(7), local.AddYears(-30) })
            {
                var offset = Berlin.IsInvalidTime(time) ? Berlin.GetUtcOffset(time.AddDays(-1))
                    : Berlin.IsAmbiguousTime(time) ? Berlin.GetAmbiguousTimeOffsets(time).Max() : Berlin.GetUtcOffset(time);
                Assert.Equal(new DateTimeOffset(time, offset).UtcTicks, zoned.ToUtc(time)!.Value.UtcTicks);
            }
        }
    }

    [Theory]
    [InlineData(ColumnType.Timestamp, "timestamp with time zone", nameof(Conversion.Value), "zoned time")]
    [InlineData(ColumnType.Text, "integer", nameof(Conversion.Value), "whole number")]
    [InlineData(ColumnType.WholeNumber, "boolean", nameof(Conversion.Value), "\"bool\"")]
    [InlineData(ColumnType.ZonedTimestamp, "timestamp with time zone", nameof(Conversion.ZonedTime), "is never zoned time")]
    [InlineData(ColumnType.Text, "boolean", nameof(Conversion.Money), "money does not become boolean")]
    [InlineData(ColumnType.ExactNumber, "numeric(12,1)", nameof(Conversion.Money), "the money has 2 decimals")]
    [InlineData(ColumnType.Text, "inet", nameof(Conversion.Value), "nothing is written to")]
    public void Types_ThatDoNotGoTogether_AreToldBeforeStart(ColumnType source, string declared, string conversion, string what)
    {
        var problems = new List<string>();
        Assert.Null(Bind(new ColumnConfig { From = "C", As = Enum.Parse<Conversion>(conversion) }, source, declared, TargetKind.Postgres, problems));

        var problem = Assert.Single(problems);
        Assert.Contains(what, problem, StringComparison.Ordinal);
        Assert.StartsWith("Hub.Datasets.d (line 7): ", problem, StringComparison.Ordinal);
        Assert.Contains("To do: ", problem, StringComparison.Ordinal);
    }

    private static object? Sqlite(string json, ColumnType source, Conversion conversion) =>
        Bound(new ColumnConfig { From = "C", As = conversion }, source, "TEXT", TargetKind.Sqlite).Make(Value(json));

    private static ColumnMapping Bound(ColumnConfig config, ColumnType source, string declared, TargetKind kind = TargetKind.Postgres)
    {
        var problems = new List<string>();
        var bound = Bind(config, source, declared, kind, problems);
        Assert.Empty(problems);
        return bound!;
    }

    private static ColumnMapping? Bind(ColumnConfig config, ColumnType source, string declared, TargetKind kind, List<string> problems) => ConverterBinding.Bind(
        new ColumnMapping("c", config.From, config, Berlin, new ConfigPlace("Hub.Datasets.d", 7)), "t", new DatabaseColumn("C", source, source.ToString(), false, false),
        TargetColumn.Of(new DatabaseColumn("c", TypeOf(declared), declared, false, false), kind), problems);

    private static ColumnType TypeOf(string declared) => declared.Split('(')[0] switch
    {
        "text" or "TEXT" or "varchar" or "character varying" or "character" => ColumnType.Text,
        "smallint" or "integer" or "bigint" => ColumnType.WholeNumber,
        "numeric" => ColumnType.ExactNumber,
        "real" or "double precision" => ColumnType.BinaryFraction,
        "boolean" => ColumnType.Boolean,
        "bytea" => ColumnType.Bytes,
        "date" => ColumnType.Date,
        "time without time zone" => ColumnType.TimeOfDay,
        "timestamp with time zone" => ColumnType.ZonedTimestamp,
        "interval" => ColumnType.Interval,
        "json" or "jsonb" => ColumnType.Json,
        "uuid" => ColumnType.Uuid,
        "inet" => ColumnType.Other,
        _ => ColumnType.Timestamp,
    };

    private static ChangeValue Value(string json)
    {
        Assert.True(ChangeRow.Parse(Encoding.UTF8.GetBytes($$"""{"C":{{json}}}""")).TryGet("C", out var value));
        return value;
    }
}
