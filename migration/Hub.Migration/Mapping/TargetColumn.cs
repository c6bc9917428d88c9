using System.Globalization;
using System.Text.RegularExpressions;
using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Mapping;

/// <summary>What a target's column takes, read from its declaration.</summary>
/// <param name="Type">Null where values of its type are not written.</param>
/// <param name="Length">Characters that a text may have; null: any number.</param>
/// <param name="Padded">A char(n): blanks at the end mean nothing there.</param>
/// <param name="Least">The least whole number.</param>
/// <param name="Precision">Digits of an exact number; null: as many as there are.</param>
/// <param name="Scale">Decimals of an exact number.</param>
/// <param name="Single">A binary fraction of 32 bits.</param>
/// <param name="Binary">JSON that is kept by value (jsonb).</param>
internal sealed partial record TargetColumn(
    DatabaseColumn Column,
    TargetKind Kind,
    MappedType? Type,
    int? Length = null,
    bool Padded = false,
    long Least = long.MinValue,
    long Greatest = long.MaxValue,
    int? Precision = null,
    int Scale = 0,
    bool Single = false,
    bool Binary = false)
{
    /// <summary>The least part of a second that it keeps, in ticks (a ten-millionth of a second).</summary>
    public long Step { get; init; } = 1;

    /// <summary>A text must not hold NUL there.</summary>
    public bool RefusesNul => Kind == TargetKind.Postgres;

    public static TargetColumn Of(DatabaseColumn column, TargetKind kind)
    {
        var declared = column.Declared.Trim().ToLowerInvariant();
        if (kind == TargetKind.Sqlite)
        {
            return new TargetColumn(column, kind, Type: null);
        }

        var type = TypeOf(column.Type);
        var sizes = Sizes().Match(declared) is { Success: true } match ? match.Groups[1].Value.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray() : [];
        var plain = Sizes().Replace(declared, "").Trim();
        return new TargetColumn(column, kind, type) switch
        {
            { Type: MappedType.Text } text => text with
            {
                Length = sizes.Length == 1 ? sizes[0] : plain is "character" or "char" or "bpchar" && declared != "bpchar" ? 1 : null,
                Padded = plain is "character" or "char" or "bpchar",
            },
            { Type: MappedType.WholeNumber } whole => plain switch
            {
                "smallint" or "int2" or "smallserial" => whole with { Least = short.MinValue, Greatest = short.MaxValue },
                "integer" or "int" or "int4" or "serial" => whole with { Least = int.MinValue, Greatest = int.MaxValue },
                _ => whole,
            },
            { Type: MappedType.Decimal } exact when sizes.Length > 0 => exact with { Precision = sizes[0], Scale = sizes.Length > 1 ? sizes[1] : 0 },
            { Type: MappedType.Fraction } fraction => fraction with { Single = plain is "real" or "float4" },
            { Type: MappedType.Instant or MappedType.LocalTime or MappedType.TimeOfDay or MappedType.Interval } time => time with
            {
                Step = (long)Math.Pow(10, 7 - Math.Min(6, sizes.Length == 1 ? sizes[0] : 6)),
            },
            { Type: MappedType.Json } json => json with { Binary = plain == "jsonb" },
            var other => other,
        };
    }

    private static MappedType? TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text or ColumnType.Enum => MappedType.Text,
        ColumnType.WholeNumber => MappedType.WholeNumber,
        ColumnType.ExactNumber => MappedType.Decimal,
        ColumnType.BinaryFraction => MappedType.Fraction,
        ColumnType.Boolean => MappedType.Bool,
        ColumnType.Bytes => MappedType.Bytes,
        ColumnType.Date => MappedType.Date,
        ColumnType.TimeOfDay => MappedType.TimeOfDay,
        ColumnType.Timestamp => MappedType.LocalTime,
        ColumnType.ZonedTimestamp => MappedType.Instant,
        ColumnType.Interval => MappedType.Interval,
        ColumnType.Json => MappedType.Json,
        ColumnType.Uuid => MappedType.Uuid,
        _ => null,
    };

    [GeneratedRegex(@"\(\s*(\d+(?:\s*,\s*\d+)?)\s*\)")]
    private static partial Regex Sizes();
}
