using System.Globalization;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Config;

namespace Hub.Migration.Mapping.Converting;

/// <summary>
/// Chooses how a column's value is made: once, by the source's type, what the config says and what the target's column takes.
/// 1. What the value is to be as an object. 2. What it is read as, said or told by both types. 3. The converter, with the target's bounds in it.
/// </summary>
internal static class ConverterBinding
{
    private static readonly string[] NoDecimals = ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"];
    private static readonly string[] ThreeDecimals = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    /// <summary>The column, bound; null with what is wrong.</summary>
    /// <param name="source">The column that it comes from; null where it comes from none.</param>
    public static ColumnMapping? Bind(ColumnMapping column, string sourceName, DatabaseColumn? source, TargetColumn target, List<string> problems)
    {
        var config = column.Config;
        if (Wanted(column, source, target) is not { } wanted)
        {
            return Refuse($"{target.Column.Name} is {target.Column.Declared}, which nothing is written to", "make it a type that docs/mapping.md lists, or leave it out");
        }

        if (target.Kind == TargetKind.Sqlite && wanted is MappedType.Text or MappedType.Decimal && target.Kind == TargetKind.Sqlite
            && target.Column.Type is ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.BinaryFraction)
        {
            return Refuse(
                $"a column declared {target.Column.Declared} makes numbers of texts in SQLite, and would lose zeros and digits",
                wanted == MappedType.Decimal ? "declare it TEXT" : "declare it TEXT, or say { \"As\": \"whole number\" }");
        }

        var bound = column with { Type = wanted, Target = target };
        if (column.Use is not null || column.SaysLanguage)
        {
            return bound;
        }

        // A constant and a Default are written as the target has them.
        var literal = Make(config.As == Conversion.Money ? Conversion.Money : Literal(wanted), wanted, ColumnType.Text, bound);
        if (Written(config.Constant, "Constant") is Refusal || Written(config.Default, "Default") is Refusal)
        {
            return null;
        }

        bound = bound with { Fixed = Written(config.Constant, ""), Else = Written(config.Default, "") };
        if (source is null)
        {
            return bound;
        }

        if (config.Map.Count > 0)
        {
            var map = new Dictionary<string, object>(StringComparer.Ordinal);
            foreach (var (from, to) in config.Map)
            {
                if (Written(to, $"Map of '{from}',") is not { } value || value is Refusal)
                {
                    return null;
                }

                map.Add(from, value);
            }

            return bound with { Converter = Wrap(new MapConverter(map)) };
        }

        if (config.As == Conversion.Languages)
        {
            return wanted is MappedType.Json or MappedType.Text
                ? bound with { Converter = new JsonTextConverter(known: true, target.Binary) }
                : Refuse($"{target.Column.Name} is {target.Column.Declared}", "several languages as JSON go into json, jsonb or text");
        }

        var type = config.Json is null ? source.Type : ColumnType.Other;
        if (config.Json is not null && source.Type is not (ColumnType.Json or ColumnType.Text or ColumnType.Other))
        {
            return Refuse($"{sourceName}.{source.Name} is {source.Declared} and no JSON", "take Json away");
        }

        if ((config.As == Conversion.Value ? Told(type, wanted, config.Json is not null) : config.As) is not { } how)
        {
            return Refuse(
                $"{sourceName}.{source.Name} is {source.Declared} and {target.Column.Name} is {target.Column.Declared}: it has to be said what becomes of the value",
                $"say {Advice(type, wanted)}");
        }

        if (!Takes(how, type))
        {
            return Refuse($"{sourceName}.{source.Name} is {source.Declared}, which is never {Words(how)}", "say another As, or none");
        }

        if (how == Conversion.Money && target is { Kind: TargetKind.Postgres, Precision: not null } && target.Scale < Scale(config))
        {
            return Refuse($"{target.Column.Name} is {target.Column.Declared} and the money has {Scale(config)} decimals", "give the column as many");
        }

        return Make(how, wanted, type, bound) is { } converter
            ? bound with { Converter = Wrap(converter) }
            : Refuse($"{Words(how)} does not become {target.Column.Declared}, the type of {target.Column.Name}", "say another As, or change the column's type");

        Converter Wrap(Converter inner)
        {
            inner = config.Trim ? new TrimConverter(inner) : inner;
            return config.Json is { } path ? new JsonPathConverter(JsonPath.Parse(path)!, inner, whole: wanted == MappedType.Json && config.Map.Count == 0) : inner;
        }

        object? Written(string? text, string what)
        {
            var value = text is null || literal is null ? null
                : literal.Convert(new ChangeValue(wanted == MappedType.Bytes ? ChangeValueKind.Bytes : ChangeValueKind.Text, text));
            if (value is Refusal refusal && what.Length > 0)
            {
                Refuse($"the {what} '{text}' is not {refusal.Expected}", "correct it");
            }

            return value;
        }

        ColumnMapping? Refuse(string what, string fix)
        {
            problems.Add($"{column.Place}: {what}. To do: {fix}");
            return null;
        }
    }

    /// <summary>What may go wrong with some rows, and would then stop them with the column's name.</summary>
    public static string? Warn(ColumnMapping column, string sourceName, DatabaseColumn source)
    {
        var target = column.Target!;
        return column.Config.Map.Count > 0 || column.Config.Json is not null ? null
            : target.Type == MappedType.WholeNumber && source.Type == ColumnType.WholeNumber && Bytes(source.Declared) > (target.Greatest <= short.MaxValue ? 2 : target.Greatest <= int.MaxValue ? 4 : 8)
                ? $"{column.Place}: {sourceName}.{source.Name} is {source.Declared} and {target.Column.Name} is {target.Column.Declared}: a number above {target.Greatest} goes to the quarantine"
            : target.Length is { } length && Length(source.Declared) is var from && (from is null || from > length)
                && source.Type is ColumnType.Text or ColumnType.Enum
                ? $"{column.Place}: {sourceName}.{source.Name} is {source.Declared} and {target.Column.Name} is {target.Column.Declared}: a longer text goes to the quarantine"
            : null;
    }

    /// <summary>Decimals of money.</summary>
    public static int Scale(ColumnConfig config) => config.Scale ?? (config.Currency is not { } currency ? 2
        : NoDecimals.Contains(currency, StringComparer.Ordinal) ? 0 : ThreeDecimals.Contains(currency, StringComparer.Ordinal) ? 3 : 2);

    private static MappedType? Wanted(ColumnMapping column, DatabaseColumn? source, TargetColumn target)
    {
        if (target.Kind == TargetKind.Postgres)
        {
            return target.Type;
        }

        // SQLite's columns take what comes; a text there must not be told from what a number was.
        var here = target.Column.Type;
        return (column.Config.As, source?.Type) switch
        {
            _ when column.Config.Map.Count > 0 || column.Use is not null || source is null || (column.Config.Json is not null && column.Config.As == Conversion.Value) =>
                here switch
                {
                    ColumnType.WholeNumber => MappedType.WholeNumber,
                    ColumnType.Boolean => MappedType.Bool,
                    ColumnType.BinaryFraction => MappedType.Fraction,
                    ColumnType.Bytes => MappedType.Bytes,
                    _ => MappedType.Text,
                },
            (Conversion.WholeNumber, _) => MappedType.WholeNumber,
            (Conversion.Decimal or Conversion.Money, _) => MappedType.Decimal,
            (Conversion.Fraction, _) => MappedType.Fraction,
            (Conversion.Bool, _) => MappedType.Bool,
            (Conversion.ZonedTime or Conversion.UtcTime, _) => MappedType.Instant,
            (Conversion.Json or Conversion.Languages, _) => MappedType.Json,
            (Conversion.Bytes, _) => MappedType.Bytes,
            (Conversion.Value, ColumnType.WholeNumber) => here == ColumnType.Text ? MappedType.Text : MappedType.WholeNumber,
            (Conversion.Value, ColumnType.ExactNumber) => here == ColumnType.WholeNumber ? MappedType.WholeNumber : MappedType.Decimal,
            (Conversion.Value, ColumnType.BinaryFraction) => here == ColumnType.Text ? MappedType.Text : MappedType.Fraction,
            (Conversion.Value, ColumnType.Boolean) => MappedType.Bool,
            (Conversion.Value, ColumnType.ZonedTimestamp) => MappedType.Instant,
            (Conversion.Value, ColumnType.Json) => MappedType.Json,
            (Conversion.Value, ColumnType.Bytes) => MappedType.Bytes,
            _ => MappedType.Text,
        };
    }

    /// <summary>What both types say by themselves; null where something could be lost or has to be decided.</summary>
    private static Conversion? Told(ColumnType source, MappedType wanted, bool fromJson) => (source, wanted) switch
    {
        (ColumnType.Bytes or ColumnType.Bits, MappedType.Text) => null,
        (_, MappedType.Text) => Conversion.Text,
        (ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.BinaryFraction, MappedType.WholeNumber) => Conversion.WholeNumber,
        (ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.BinaryFraction, MappedType.Decimal) => Conversion.Decimal,
        (ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.BinaryFraction, MappedType.Fraction) => Conversion.Fraction,
        (ColumnType.Boolean, MappedType.Bool) => Conversion.Bool,
        (ColumnType.ZonedTimestamp, MappedType.Instant) => Conversion.UtcTime,
        (ColumnType.Timestamp or ColumnType.Date, MappedType.LocalTime) => Conversion.LocalTime,
        (ColumnType.Date, MappedType.Date) => Conversion.Date,
        (ColumnType.TimeOfDay, MappedType.TimeOfDay) => Conversion.TimeOfDay,
        (ColumnType.Interval or ColumnType.TimeOfDay, MappedType.Interval) => Conversion.Interval,
        (ColumnType.Json or ColumnType.Text, MappedType.Json) => Conversion.Json,
        (ColumnType.Uuid or ColumnType.Text, MappedType.Uuid) => Conversion.Uuid,
        (ColumnType.Bytes, MappedType.Bytes) => Conversion.Bytes,
        _ when fromJson => wanted switch
        {
            MappedType.WholeNumber => Conversion.WholeNumber,
            MappedType.Decimal => Conversion.Decimal,
            MappedType.Fraction => Conversion.Fraction,
            MappedType.Bool => Conversion.Bool,
            MappedType.Json => Conversion.Json,
            MappedType.Date => Conversion.Date,
            MappedType.Uuid => Conversion.Uuid,
            _ => null,
        },
        _ => null,
    };

    private static string Advice(ColumnType source, MappedType wanted) => wanted switch
    {
        MappedType.Instant => "{ \"As\": \"zoned time\" } for times in the Source's TimeZone, { \"As\": \"utc time\" } for times in UTC",
        MappedType.LocalTime => "{ \"As\": \"utc time\" } to have it in UTC without a zone, or make the column timestamptz",
        MappedType.Date when source is ColumnType.Timestamp => "{ \"As\": \"date\" } (a time that is not midnight is refused)",
        MappedType.Decimal => "{ \"As\": \"money\" } or { \"As\": \"decimal\" }",
        MappedType.Text => "{ \"As\": \"bytes\" } and make the column bytea",
        _ => $"{{ \"As\": \"{Words(Literal(wanted))}\" }}",
    };

    private static bool Takes(Conversion how, ColumnType source) => source == ColumnType.Other || how switch
    {
        Conversion.Text => source is not (ColumnType.Bytes or ColumnType.Bits),
        Conversion.WholeNumber => source is ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.BinaryFraction or ColumnType.Text or ColumnType.Enum or ColumnType.Boolean,
        Conversion.Decimal or Conversion.Money or Conversion.Fraction =>
            source is ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.BinaryFraction or ColumnType.Text or ColumnType.Enum,
        Conversion.Bool => source is ColumnType.WholeNumber or ColumnType.ExactNumber or ColumnType.Boolean or ColumnType.Bits or ColumnType.Bytes or ColumnType.Text or ColumnType.Enum,
        Conversion.ZonedTime or Conversion.LocalTime or Conversion.Date => source is ColumnType.Timestamp or ColumnType.Date or ColumnType.Text,
        Conversion.UtcTime => source is ColumnType.Timestamp or ColumnType.ZonedTimestamp or ColumnType.Date or ColumnType.Text,
        Conversion.TimeOfDay => source is ColumnType.TimeOfDay or ColumnType.Text,
        Conversion.Interval => source is ColumnType.Interval or ColumnType.TimeOfDay or ColumnType.Text,
        Conversion.Json => source is ColumnType.Json or ColumnType.Text,
        Conversion.Uuid => source is ColumnType.Uuid or ColumnType.Text or ColumnType.Bytes,
        Conversion.Bytes => source is ColumnType.Bytes or ColumnType.Bits,
        _ => false,
    };

    /// <summary>Null where what it is read as does not become what is wanted.</summary>
    private static Converter? Make(Conversion how, MappedType wanted, ColumnType source, ColumnMapping column)
    {
        var target = column.Target!;
        var text = new TextConverter(target.Length, target.Padded, target.RefusesNul);
        switch (how, wanted)
        {
            case (Conversion.Text, MappedType.Text):
                return text;
            case (Conversion.WholeNumber, MappedType.WholeNumber):
            case (Conversion.Decimal, MappedType.WholeNumber):
                return new WholeNumberConverter(target.Least, target.Greatest);
            case (Conversion.WholeNumber, MappedType.Decimal):
                return new DecimalConverter(target.Precision, 0, pad: false, "a whole number");
            case (Conversion.WholeNumber, MappedType.Text):
                return Text(new WholeNumberConverter(long.MinValue, long.MaxValue));
            case (Conversion.Decimal or Conversion.Fraction, MappedType.Decimal):
                return new DecimalConverter(target.Precision, target.Precision is null ? null : target.Scale, pad: false);
            case (Conversion.Money, MappedType.Decimal):
                return Money(target.Precision);
            case (Conversion.Money, MappedType.Text):
                return Text(Money(precision: null));
            case (Conversion.Decimal, MappedType.Text):
                return Text(new DecimalConverter(null, null, pad: false));
            case (Conversion.Fraction or Conversion.WholeNumber or Conversion.Decimal, MappedType.Fraction):
                return new FractionConverter(target.Single, source != ColumnType.BinaryFraction, finite: target.Kind == TargetKind.Sqlite);
            case (Conversion.Fraction, MappedType.Text):
                return text;
            case (Conversion.Bool, MappedType.Bool):
                return new BoolConverter();
            case (Conversion.Bool, MappedType.WholeNumber):
                return new AdaptedConverter(new BoolConverter(), truth => WholeNumberConverter.Box((bool)truth ? 1 : 0));
            case (Conversion.Bool, MappedType.Text):
                return Text(new BoolConverter());
            case (Conversion.ZonedTime, MappedType.Instant):
                return new ZonedTimeConverter(column.Zone, target.Step);
            case (Conversion.UtcTime, MappedType.Instant):
                return new UtcTimeConverter(target.Step);
            case (Conversion.ZonedTime or Conversion.UtcTime, MappedType.LocalTime):
                return new AdaptedConverter(Instant(target.Step), time => DateTime.SpecifyKind(((DateTimeOffset)time).UtcDateTime, DateTimeKind.Unspecified));
            case (Conversion.ZonedTime or Conversion.UtcTime, MappedType.Text):
                return Text(Instant(1));
            case (Conversion.LocalTime, MappedType.LocalTime):
                return new LocalTimeConverter(target.Step);
            case (Conversion.LocalTime, MappedType.Text):
                return Text(new LocalTimeConverter(1));
            case (Conversion.Date, MappedType.Date):
                return new DateConverter();
            case (Conversion.Date, MappedType.LocalTime):
                return new AdaptedConverter(new DateConverter(), day => ((DateOnly)day).ToDateTime(TimeOnly.MinValue));
            case (Conversion.Date, MappedType.Text):
                return Text(new DateConverter());
            case (Conversion.TimeOfDay, MappedType.TimeOfDay):
                return new TimeOfDayConverter(target.Step);
            case (Conversion.TimeOfDay, MappedType.Text):
                return Text(new TimeOfDayConverter(1));
            case (Conversion.Interval, MappedType.Interval):
                return new IntervalConverter(target.Step);
            case (Conversion.Interval, MappedType.Text):
                return text;
            case (Conversion.Json, MappedType.Json):
                return new JsonTextConverter(source == ColumnType.Json, target.Binary);
            case (Conversion.Json, MappedType.Text):
                return Text(new JsonTextConverter(source == ColumnType.Json, binary: false));
            case (Conversion.Uuid, MappedType.Uuid):
                return new UuidConverter();
            case (Conversion.Uuid, MappedType.Text):
                return Text(new UuidConverter());
            case (Conversion.Bytes, MappedType.Bytes):
                return new BytesConverter();
            default:
                return null;
        }

        Converter Text(Converter inner) => new AdaptedConverter(inner, made => text.Check(Print(made)));

        Converter Instant(long step) => how == Conversion.ZonedTime ? new ZonedTimeConverter(column.Zone, step) : new UtcTimeConverter(step);

        DecimalConverter Money(int? precision)
        {
            var scale = Scale(column.Config);
            return new DecimalConverter(
                precision is { } digits ? digits - target.Scale + scale : null, scale, pad: true,
                $"an amount with {(scale == 2 ? "two" : scale.ToString(CultureInfo.InvariantCulture))} decimals; rounding would lose some of it",
                column.Config.Minor ? new decimal(1, 0, 0, isNegative: false, (byte)scale) : 1);
        }
    }

    /// <summary>A value as the feed would write it.</summary>
    internal static string Print(object made) => made switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        TimeSpan span => System.Xml.XmlConvert.ToString(span),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        double fraction => fraction.ToString("R", CultureInfo.InvariantCulture),
        _ => System.Convert.ToString(made, CultureInfo.InvariantCulture)!,
    };

    private static Conversion Literal(MappedType wanted) => wanted switch
    {
        MappedType.WholeNumber => Conversion.WholeNumber,
        MappedType.Decimal => Conversion.Decimal,
        MappedType.Fraction => Conversion.Fraction,
        MappedType.Bool => Conversion.Bool,
        MappedType.Instant => Conversion.UtcTime,
        MappedType.LocalTime => Conversion.LocalTime,
        MappedType.Date => Conversion.Date,
        MappedType.TimeOfDay => Conversion.TimeOfDay,
        MappedType.Interval => Conversion.Interval,
        MappedType.Json => Conversion.Json,
        MappedType.Uuid => Conversion.Uuid,
        MappedType.Bytes => Conversion.Bytes,
        _ => Conversion.Text,
    };

    private static string Words(Conversion how) =>
        string.Concat(how.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}")).ToLowerInvariant();

    private static int Bytes(string declared)
    {
        var plain = declared.ToLowerInvariant();
        var unsigned = plain.Contains("unsigned", StringComparison.Ordinal);
        return plain.StartsWith("bigint", StringComparison.Ordinal) || plain.StartsWith("int8", StringComparison.Ordinal) ? 8
            : plain.StartsWith("tinyint", StringComparison.Ordinal) || (plain.StartsWith("smallint", StringComparison.Ordinal) && !unsigned) || plain.StartsWith("int2", StringComparison.Ordinal) ? 2
            : plain.StartsWith("int", StringComparison.Ordinal) && unsigned ? 8 : 4;
    }

    private static int? Length(string declared) =>
        declared.IndexOf('(', StringComparison.Ordinal) is var open and > 0 && declared.IndexOf(')', open) is var close and > 0
            && int.TryParse(declared.AsSpan(open + 1, close - open - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
}
