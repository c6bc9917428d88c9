using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.MariaDb;

/// <summary>What Hub makes of a type, by its declaration: <c>int(11) unsigned</c>, <c>tinyint(1)</c>. MySQL's are the same.</summary>
internal static class MariaDbType
{
    /// <summary>The type without size and attributes: <c>int</c>.</summary>
    public static string BaseOf(string declared) => declared[..(declared.AsSpan().IndexOfAny('(', ' ') is var end and >= 0 ? end : declared.Length)];

    // tinyint(1) holds -128 to 127: that it means a boolean is the mapping's to say.
    public static ColumnType Of(string declared) => declared == "bit(1)" ? ColumnType.Boolean : BaseOf(declared) switch
    {
        "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "year" => ColumnType.WholeNumber,
        "decimal" => ColumnType.ExactNumber,
        "float" or "double" => ColumnType.BinaryFraction,
        "char" or "varchar" or "tinytext" or "text" or "mediumtext" or "longtext" or "set" => ColumnType.Text,
        "enum" => ColumnType.Enum,
        "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "longblob" => ColumnType.Bytes,
        "date" => ColumnType.Date,
        "time" => ColumnType.TimeOfDay,
        "datetime" => ColumnType.Timestamp,
        "timestamp" => ColumnType.ZonedTimestamp,
        "json" => ColumnType.Json,
        "uuid" => ColumnType.Uuid,
        "bit" => ColumnType.Bits,
        _ => ColumnType.Other,
    };

    /// <summary>The column as text, of all its digits: what is printed for a FLOAT has six of them.</summary>
    public static string Expression(string column, string declared) => (Of(declared), BaseOf(declared)) switch
    {
        (ColumnType.Text or ColumnType.Enum, _) => column,
        (ColumnType.Bytes or ColumnType.Bits, _) => $"lower(hex({column}))",
        (ColumnType.Boolean, _) => $"cast({column} + 0 as char)",
        (_, "float") => $"cast(cast({column} as double) as char)",
        (_, "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometry" or "geometrycollection") => $"lower(hex(st_aswkb({column})))",
        _ => $"cast({column} as char)",
    };
}
