using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Hub.ChangeFeed;
using Hub.Migration.Config;
using Hub.Migration.Mapping;

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
        Assert.Equal(amount, Assert.IsType<decimal>(Convert(json, Conversion.Money).Value).ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("19.999", nameof(Conversion.Money))]
    [InlineData("\"a lot\"", nameof(Conversion.Money))]
    [InlineData("\"Inf\"", nameof(Conversion.Money))]
    [InlineData("1234567890123456789012345678.90", nameof(Conversion.Money))]
    [InlineData("1e-40", nameof(Conversion.Decimal))]
    [InlineData("2", nameof(Conversion.Bool))]
    [InlineData("\"yes\"", nameof(Conversion.Bool))]
    [InlineData("1.5", nameof(Conversion.WholeNumber))]
    [InlineData("9223372036854775808", nameof(Conversion.WholeNumber))]
    [InlineData("1.5", nameof(Conversion.Value))]
    [InlineData("{\"$hex\":\"00\"}", nameof(Conversion.Text))]
    [InlineData("\"2027-13-01 00:00:00\"", nameof(Conversion.ZonedTime))]
    [InlineData("\"0000-00-00 00:00:00\"", nameof(Conversion.ZonedTime))]
    [InlineData("\"2027-01-01T00:00:00Z\"", nameof(Conversion.ZonedTime))]
    [InlineData("1795401891", nameof(Conversion.ZonedTime))]
    [InlineData("\"soon\"", nameof(Conversion.UtcTime))]
    public void Value_ThatWouldLoseSomething_IsAnErrorWithTheColumnsName(string json, string conversion)
    {
        var mapped = Convert(json, Enum.Parse<Conversion>(conversion));

        Assert.Null(mapped.Value);
        Assert.StartsWith("column c (from C): ", mapped.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", nameof(Conversion.Bool), false)]
    [InlineData("true", nameof(Conversion.Bool), true)]
    [InlineData("7", nameof(Conversion.Value), 7L)]
    [InlineData("7.0", nameof(Conversion.WholeNumber), 7L)]
    [InlineData("\"0042\"", nameof(Conversion.Value), "0042")]
    [InlineData("42", nameof(Conversion.Text), "42")]
    public void Value_ThatFits_IsConverted(string json, string conversion, object value) =>
        Assert.Equal(value, Convert(json, Enum.Parse<Conversion>(conversion)).Value);

    [Fact]
    public void Decimal_WithManyDigits_KeepsThemAll() => Assert.Equal(0.1234567890123456789m, Convert("0.1234567890123456789", Conversion.Decimal).Value);

    [Fact]
    public void Null_OfAnyConversion_StaysNull() =>
        Assert.All(Enum.GetValues<Conversion>(), conversion => Assert.Equal(default, Convert("null", conversion)));

    [Fact]
    public void Map_OfTexts_TakesWhatIsListedAndNothingElse()
    {
        var column = Column(Conversion.Value) with { Map = ImmutableSortedDictionary<string, string>.Empty.Add("10", "pending").Add("20", "paid") };

        Assert.Equal("paid", column.Convert(new ChangeValue(ChangeValueKind.Number, "20")).Value);
        Assert.Contains("30 is not listed in the Map (10, 20)", column.Convert(new ChangeValue(ChangeValueKind.Number, "30")).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-01-15 12:00:00", "2026-01-15T11:00:00")]
    [InlineData("2026-07-15 12:00:00.5", "2026-07-15T10:00:00.5")]
    [InlineData("2026-03-29 01:59:59", "2026-03-29T00:59:59")]
    [InlineData("2026-03-29 02:30:00", "2026-03-29T01:30:00")] // never was: as if the clock had gone on
    [InlineData("2026-03-29 03:30:00", "2026-03-29T01:30:00")]
    [InlineData("2026-10-25 02:30:00", "2026-10-25T00:30:00")] // came twice: the first time
    [InlineData("2026-10-25 03:00:00", "2026-10-25T02:00:00")]
    [InlineData("9999-12-31 23:59:59", "9999-12-31T22:59:59")]
    public void ZonelessTime_InTheStatedZone_BecomesUtc(string local, string utc) => Assert.Equal(
        DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), Convert($"\"{local}\"", Conversion.ZonedTime).Value);

    private static ColumnMapping Column(Conversion conversion) =>
        new("c", "C", conversion, ImmutableSortedDictionary<string, string>.Empty, Constant: null, Berlin);

    private static MappedValue Convert(string json, Conversion conversion)
    {
        ChangeRow.Parse(Encoding.UTF8.GetBytes($$"""{"C":{{json}}}""")).TryGet("C", out var value);
        return Column(conversion).Convert(value);
    }
}
