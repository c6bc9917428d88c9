using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Postgres;

/// <summary>What Hub makes of a type, by its name alone: columns come by the catalog and by the replication stream, and must agree.</summary>
/// <param name="Element">The form of an array's elements.</param>
internal readonly record struct PostgresType(ColumnType Type, TextForm Form, TextForm Element = TextForm.AsIs)
{
    /// <param name="declared">As <c>format_type</c> writes it, a domain's base type in its place: <c>numeric(12,2)</c>, <c>text[]</c>.</param>
    public static PostgresType Of(string declared, bool isEnum = false)
    {
        if (declared.EndsWith("[]", StringComparison.Ordinal))
        {
            return new PostgresType(ColumnType.Other, TextForm.Array, Of(declared[..^2]).Form);
        }

        return declared == "bit(1)" ? new(ColumnType.Boolean, TextForm.Bit) : BaseOf(declared) switch
        {
            "smallint" or "integer" or "bigint" or "oid" => new(ColumnType.WholeNumber, TextForm.Number),
            "numeric" => new(ColumnType.ExactNumber, TextForm.Number),
            "money" => new(ColumnType.ExactNumber, TextForm.Money),
            "real" or "double precision" => new(ColumnType.BinaryFraction, TextForm.Float),
            "boolean" => new(ColumnType.Boolean, TextForm.Boolean),
            "bytea" => new(ColumnType.Bytes, TextForm.Bytes),
            "date" => new(ColumnType.Date, TextForm.AsIs),
            "time without time zone" => new(ColumnType.TimeOfDay, TextForm.AsIs),
            "time with time zone" => new(ColumnType.TimeOfDay, TextForm.ZonedTime),
            "timestamp without time zone" => new(ColumnType.Timestamp, TextForm.Timestamp),
            "timestamp with time zone" => new(ColumnType.ZonedTimestamp, TextForm.ZonedTimestamp),
            "interval" => new(ColumnType.Interval, TextForm.AsIs),
            "json" or "jsonb" => new(ColumnType.Json, TextForm.Json),
            "hstore" => new(ColumnType.Json, TextForm.Hstore),
            "uuid" => new(ColumnType.Uuid, TextForm.AsIs),
            "bit" or "bit varying" => new(ColumnType.Bits, TextForm.Bits),
            "text" or "character varying" or "character" or "bpchar" or "name" or "\"char\"" or "citext" or "xml" => new(ColumnType.Text, TextForm.AsIs),
            _ => new(isEnum ? ColumnType.Enum : ColumnType.Other, TextForm.AsIs),
        };
    }

    /// <summary>The type's name without its schema and modifier.</summary>
    public static string BaseOf(string declared)
    {
        var open = declared.IndexOf('(', StringComparison.Ordinal);
        var close = open < 0 ? -1 : declared.IndexOf(')', open);
        var name = close < 0 ? declared : declared[..open] + declared[(close + 1)..];
        return name.StartsWith("interval", StringComparison.Ordinal) ? "interval" : name[(name.LastIndexOf('.') + 1)..];
    }

    /// <summary>
    /// The column's text by the output function that the replication stream uses; a cast to text is another one for some types
    /// (it cuts the blanks of a <c>char(n)</c>, adds a mask to an <c>inet</c>).
    /// </summary>
    public static string Expression(string column, string declared) => BaseOf(declared) switch
    {
        _ when declared.EndsWith("[]", StringComparison.Ordinal) => $"{column}::text",
        "text" or "character varying" => column,
        "character" or "bpchar" => $"textin(bpcharout({column}))",
        "inet" => $"textin(inet_out({column}))",
        "xml" => $"textin(xml_out({column}))",
        "\"char\"" => $"textin(charout({column}))",
        _ => $"{column}::text",
    };
}
