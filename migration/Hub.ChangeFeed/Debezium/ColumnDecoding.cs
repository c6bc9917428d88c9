using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Debezium;

/// <summary>What stands on the wire for a column, and so how its canonical text is made.</summary>
internal enum Wire
{
    /// <summary>Nothing is known of it: what the JSON says.</summary>
    Plain,
    Text,
    Whole,

    /// <summary>bigint unsigned: a number that fell below zero above 2^63, or base64 of its digits.</summary>
    Unsigned,

    /// <summary>base64 of the unscaled value, or a struct of scale and value.</summary>
    Decimal,
    DecimalText,
    Single,
    Double,
    Boolean,
    Bytes,
    Bits,
    Date,
    Time,
    Timestamp,
    ZonedTimestamp,
    ZonedTime,
    Interval,
    Json,
    Uuid,

    /// <summary>Written in a way that is not read: any value is refused.</summary>
    Refused,
}

/// <summary>How one column is decoded.</summary>
/// <param name="Name">The column's.</param>
/// <param name="Scale">A decimal's scale; -1 where nobody says it.</param>
/// <param name="PerSecond">The units that a second has, of times that come as numbers; 0: numbers are refused.</param>
/// <param name="Guessed">The units are the ones that the column's type has by Debezium's defaults.</param>
/// <param name="Certain">A schema says that text is base64.</param>
/// <param name="Why">Why it is refused, and what to set.</param>
internal sealed record ColumnDecoding(
    string Name, Wire Wire, int Scale = -1, long PerSecond = 0, bool Guessed = false, bool Certain = false, string? Why = null)
{
    private const long Millis = 1_000;
    private const long Micros = 1_000_000;
    private const long Nanos = 1_000_000_000;

    /// <summary>Decides by the schema where there is one, else by the source's table, the connector and how it is set.</summary>
    public static ColumnDecoding Of(string name, ConnectField? field, DatabaseColumn? column, string connector, DebeziumHandling handling) =>
        field is null ? ByColumn(name, column, connector, handling)
        : field.Semantic is { } semantic ? BySemantic(name, semantic, field, column)
        : ByType(name, field, column);

    private static ColumnDecoding BySemantic(string name, string semantic, ConnectField field, DatabaseColumn? column) => semantic switch
    {
        "org.apache.kafka.connect.data.Decimal" => new(name, Wire.Decimal, field.Scale),
        "io.debezium.data.VariableScaleDecimal" => new(name, Wire.Decimal),
        "io.debezium.time.Date" or "io.debezium.time.IsoDate" => new(name, Wire.Date, PerSecond: 1),
        "io.debezium.time.Time" => new(name, Wire.Time, PerSecond: Millis),
        "io.debezium.time.MicroTime" => new(name, Wire.Time, PerSecond: Micros),
        "io.debezium.time.NanoTime" => new(name, Wire.Time, PerSecond: Nanos),
        "io.debezium.time.IsoTime" => new(name, Wire.Time),
        "io.debezium.time.Timestamp" => new(name, Wire.Timestamp, PerSecond: Millis),
        "io.debezium.time.MicroTimestamp" => new(name, Wire.Timestamp, PerSecond: Micros),
        "io.debezium.time.NanoTimestamp" => new(name, Wire.Timestamp, PerSecond: Nanos),
        "io.debezium.time.IsoTimestamp" => new(name, Wire.Timestamp),
        "io.debezium.time.ZonedTimestamp" => new(name, Wire.ZonedTimestamp),
        "io.debezium.time.ZonedTime" => new(name, Wire.ZonedTime),
        "io.debezium.time.Interval" => new(name, Wire.Interval),
        "io.debezium.time.Year" => new(name, Wire.Whole),
        "io.debezium.data.Bits" => new(name, Wire.Bits, Certain: true),
        "io.debezium.data.Json" => new(name, Wire.Json),
        "io.debezium.data.Uuid" => new(name, Wire.Uuid),
        "io.debezium.time.MicroDuration" or "io.debezium.time.NanoDuration" => NumericInterval(name),
        _ when semantic.StartsWith("org.apache.kafka.connect.data.", StringComparison.Ordinal) => Refuse(
            name, "time.precision.mode=connect, which loses digits", "time.precision.mode=isostring (or leave it at its default)"),
        _ when semantic.StartsWith("io.debezium.time.", StringComparison.Ordinal) => Refuse(
            name, $"time.precision.mode=structured or another that is not read ({semantic})", "time.precision.mode=isostring (or leave it at its default)"),
        _ => field.Type == "string" ? new(name, column?.Type == ColumnType.Json ? Wire.Json : Wire.Text) : new(name, Wire.Plain),
    };

    private static ColumnDecoding ByType(string name, ConnectField field, DatabaseColumn? column) => (field.Type, column?.Type) switch
    {
        ("double" or "float", ColumnType.ExactNumber) => DoubleDecimals(name),
        ("double", _) => new(name, Wire.Double),
        ("float", _) => new(name, Wire.Single),
        ("bytes", ColumnType.Bits) or ("boolean", ColumnType.Bits) => new(name, Wire.Bits, Certain: true),
        ("bytes", _) => new(name, Wire.Bytes, Certain: true),
        ("boolean", ColumnType.WholeNumber) => new(name, Wire.Whole),
        ("boolean", _) => new(name, Wire.Boolean),
        ("int8" or "int16" or "int32" or "int64", ColumnType.Boolean) => new(name, Wire.Boolean),
        ("int8" or "int16" or "int32" or "int64", ColumnType.Interval) => NumericInterval(name),
        ("int8" or "int16" or "int32" or "int64", _) => new(name, IsBigUnsigned(column) ? Wire.Unsigned : Wire.Whole),
        ("string", { } type and not (ColumnType.WholeNumber or ColumnType.BinaryFraction or ColumnType.Boolean)) =>
            ByColumn(name, column, "", DebeziumHandling.Hub) with { PerSecond = 0 },
        ("string", _) => new(name, Wire.Text),
        ("map", _) => Refuse(name, "hstore.handling.mode=map", "hstore.handling.mode=json"),
        _ => new(name, Wire.Plain),
    };

    private static ColumnDecoding ByColumn(string name, DatabaseColumn? column, string connector, DebeziumHandling handling)
    {
        // MySQL's and MariaDB's connectors know no isostring in every version: their defaults are read beside it.
        var numbers = handling == DebeziumHandling.Debezium || connector is "mysql" or "mariadb";
        return column?.Type switch
        {
            ColumnType.Text or ColumnType.Enum => new(name, Wire.Text),
            ColumnType.WholeNumber => new(name, IsBigUnsigned(column) ? Wire.Unsigned : Wire.Whole),
            ColumnType.ExactNumber when handling == DebeziumHandling.Hub => new(name, Wire.DecimalText),
            ColumnType.ExactNumber => new(name, Wire.Decimal, ScaleOf(column.Declared, connector)),
            ColumnType.BinaryFraction => new(name, IsSingle(column.Declared, connector) ? Wire.Single : Wire.Double),
            ColumnType.Boolean => new(name, Wire.Boolean),
            ColumnType.Bytes => new(name, Wire.Bytes),
            ColumnType.Bits => new(name, Wire.Bits, Certain: true),
            ColumnType.Date => new(name, Wire.Date, PerSecond: numbers ? 1 : 0, Guessed: true),
            ColumnType.TimeOfDay when IsZonedTime(column.Declared) => new(name, Wire.ZonedTime),
            ColumnType.TimeOfDay => new(
                name, Wire.Time, PerSecond: !numbers ? 0 : connector is "mysql" or "mariadb" ? Micros : Units(column.Declared, connector), Guessed: true),
            ColumnType.Timestamp => new(name, Wire.Timestamp, PerSecond: numbers ? Units(column.Declared, connector) : 0, Guessed: true),
            ColumnType.ZonedTimestamp => new(name, Wire.ZonedTimestamp),
            ColumnType.Interval => new(name, Wire.Interval),
            ColumnType.Json => new(name, Wire.Json),
            ColumnType.Uuid => new(name, Wire.Uuid),
            ColumnType.Other when IsZonedTime(column.Declared) => new(name, Wire.ZonedTime),
            _ => new(name, Wire.Plain),
        };
    }

    private static ColumnDecoding NumericInterval(string name) => Refuse(name, "interval.handling.mode=numeric, which makes months into days", "interval.handling.mode=string");

    public static ColumnDecoding DoubleDecimals(string name) => Refuse(name, "decimal.handling.mode=double, which rounds", "decimal.handling.mode=string");

    private static ColumnDecoding Refuse(string name, string mode, string set) =>
        new(name, Wire.Refused, Why: $"it looks like {mode}; set {set} at the Debezium connector");

    private static bool IsBigUnsigned(DatabaseColumn? column) =>
        column is not null && column.Declared.StartsWith("bigint", StringComparison.OrdinalIgnoreCase) && column.Declared.Contains("unsigned", StringComparison.OrdinalIgnoreCase);

    private static bool IsZonedTime(string declared) =>
        declared.StartsWith("timetz", StringComparison.OrdinalIgnoreCase)
        || (declared.StartsWith("time", StringComparison.OrdinalIgnoreCase) && !declared.StartsWith("timestamp", StringComparison.OrdinalIgnoreCase)
            && declared.EndsWith("with time zone", StringComparison.OrdinalIgnoreCase));

    private static bool IsSingle(string declared, string connector)
    {
        var type = declared.Split('(', ' ')[0].ToLowerInvariant();
        return type is "float4" || (connector is "mysql" or "mariadb" ? type == "float" : type == "real");
    }

    /// <summary>The scale in <c>numeric(12,2)</c>; -1 where the type has none, and each value brings its own.</summary>
    private static int ScaleOf(string declared, string connector)
    {
        var open = declared.IndexOf('(', StringComparison.Ordinal);
        var close = declared.IndexOf(')', StringComparison.Ordinal);
        if (open >= 0 && close > open)
        {
            var comma = declared.IndexOf(',', open);
            return comma < 0 ? 0 : int.TryParse(declared.AsSpan(comma + 1, close - comma - 1), System.Globalization.CultureInfo.InvariantCulture, out var scale) ? scale : -1;
        }

        return (declared.ToLowerInvariant(), connector) switch
        {
            ("money", "postgresql") => 2,
            ("money" or "smallmoney", _) => 4,
            (_, "postgresql") => -1,
            _ => 0,
        };
    }

    /// <summary>The units of a time by time.precision.mode=adaptive: as many as the column's digits need.</summary>
    private static long Units(string declared, string connector)
    {
        var open = declared.IndexOf('(', StringComparison.Ordinal);
        var close = declared.IndexOf(')', StringComparison.Ordinal);
        var digits = open >= 0 && close > open && int.TryParse(declared.AsSpan(open + 1, close - open - 1), System.Globalization.CultureInfo.InvariantCulture, out var said) ? said
            : connector switch
            {
                "postgresql" => 6,
                "sqlserver" => declared.StartsWith("datetime2", StringComparison.OrdinalIgnoreCase) || declared.StartsWith("time", StringComparison.OrdinalIgnoreCase) ? 7 : 3,
                _ => 0,
            };
        return digits <= 3 ? Millis : digits <= 6 ? Micros : Nanos;
    }
}
