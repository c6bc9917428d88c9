using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying.Postgres;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Mapping.Converting;

namespace Hub.Migration.Verification;

/// <summary>How one column is compared by bytes: as both servers send it, or, where it is converted, as it would be written. For one thread.</summary>
internal sealed class ByteColumn
{
    private readonly ColumnMapping _column;
    private readonly CanonicalReader? _read;
    private readonly CopyBuffer _made = new();

    private ByteColumn(ColumnMapping column, PostgresColumn target, BinaryColumn? source)
    {
        (_column, Target, Source) = (column, target, source);
        if (source is { } read)
        {
            _read = PostgresSource.ReaderOf(read.Column);
        }
    }

    public PostgresColumn Target { get; }

    /// <summary>What is read of it at the source; null: it is a constant.</summary>
    public BinaryColumn? Source { get; }

    /// <summary>The same bytes on both sides are the same value.</summary>
    public bool IsSame => Source is { Form: not BinaryForm.Text };

    /// <summary>A key can be ordered by it.</summary>
    public bool Orders => IsSame && (Source is { Form: BinaryForm.Whole } || Target.Kind == PostgresKind.Uuid
        || (Target.Kind == PostgresKind.Text && BaseOf(Target.Declared) is "text" or "character varying"));

    /// <returns>Null where its values have no such form.</returns>
    public static ByteColumn? Of(ColumnMapping column, DatabaseTable source, PostgresColumn target)
    {
        if (column.Use is not null || column.SaysLanguage || column.Join >= 0 || target.IsCast || BaseOf(target.Declared) is "character" or "bpchar")
        {
            return null;
        }

        if (column.From is not { } name)
        {
            return new ByteColumn(column, target, source: null);
        }

        return source.Column(name) is { } from ? new ByteColumn(column, target, new BinaryColumn(from, FormOf(column, from, target))) : null;
    }

    public int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Source is { Form: BinaryForm.Whole }
        ? BinaryPrimitives.ReadInt64BigEndian(left).CompareTo(BinaryPrimitives.ReadInt64BigEndian(right))
        : left.SequenceCompareTo(right);

    /// <summary>The value of a key: the target's and the source's.</summary>
    public (object Value, ChangeValue Source) ReadKey(ReadOnlySpan<byte> field)
    {
        if (Source is { Form: BinaryForm.Whole })
        {
            var whole = BinaryPrimitives.ReadInt64BigEndian(field);
            return (whole, new ChangeValue(ChangeValueKind.Number, whole.ToString(CultureInfo.InvariantCulture)));
        }

        if (Target.Kind == PostgresKind.Uuid)
        {
            var id = new Guid(field, bigEndian: true);
            return (id, new ChangeValue(ChangeValueKind.Text, id.ToString()));
        }

        var text = Encoding.UTF8.GetString(field);
        return (text, new ChangeValue(ChangeValueKind.Text, text));
    }

    public bool Equals(ReadOnlySpan<byte> source, bool isNull, ReadOnlySpan<byte> target, bool isNullThere)
    {
        if (IsSame)
        {
            return isNull == isNullThere && (Target.Kind == PostgresKind.Numeric && !isNull && Source is { Form: BinaryForm.Own } ? SameNumber(source, target) : source.SequenceEqual(target));
        }

        var made = Source is null ? _column.Fixed : isNull ? _column.Else : _column.Make(_read!(source));
        if (made is null || isNullThere)
        {
            return made is null && isNullThere;
        }

        if (made is Refusal || ReferenceEquals(made, RowEffect.Unknown) || Target.Refuse(made) is not null)
        {
            return false;
        }

        if (Target.Kind == PostgresKind.Jsonb)
        {
            return MappedValues.Equals(MappedType.Json, made, Encoding.UTF8.GetString(target[1..]));
        }

        _made.Clear();
        Target.Write(_made, made);
        var expected = _made.Written.Span[4..];
        return Target.Kind == PostgresKind.Numeric ? SameNumber(expected, target) : expected.SequenceEqual(target);
    }

    // But for the number of decimals that are shown, bytes 6 and 7: 1.10 is 1.1.
    private static bool SameNumber(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && left[..6].SequenceEqual(right[..6]) && left[8..].SequenceEqual(right[8..]);

    private static BinaryForm FormOf(ColumnMapping column, DatabaseColumn from, PostgresColumn target)
    {
        var config = column.Config;
        if (config.Map.Count > 0 || config.Json is not null || config.Trim || config.Minor || column.Else is not null)
        {
            return BinaryForm.Text;
        }

        var plain = config.As == Conversion.Value;
        return (BaseOf(from.Declared), target.Kind) switch
        {
            ("smallint" or "integer" or "bigint", PostgresKind.Int2 or PostgresKind.Int4 or PostgresKind.Int8) when plain => BinaryForm.Whole,
            ("numeric", PostgresKind.Numeric) when plain || config.As is Conversion.Money or Conversion.Decimal => BinaryForm.Own,
            ("text" or "character varying", PostgresKind.Text) when plain && BaseOf(target.Declared) != "json" => BinaryForm.Own,
            ("timestamp without time zone", PostgresKind.TimestampTz) when config.As == Conversion.UtcTime => BinaryForm.Own,
            ("timestamp without time zone", PostgresKind.Timestamp) when plain => BinaryForm.Own,
            ("timestamp with time zone", PostgresKind.TimestampTz) when plain => BinaryForm.Own,
            ("boolean", PostgresKind.Bool) when plain => BinaryForm.Own,
            ("double precision", PostgresKind.Float8) when plain => BinaryForm.Own,
            ("real", PostgresKind.Float4) when plain => BinaryForm.Own,
            ("date", PostgresKind.Date) when plain => BinaryForm.Own,
            ("time without time zone", PostgresKind.Time) when plain => BinaryForm.Own,
            ("bytea", PostgresKind.Bytea) when plain => BinaryForm.Own,
            ("uuid", PostgresKind.Uuid) when plain => BinaryForm.Own,
            ("jsonb", PostgresKind.Jsonb) when plain => BinaryForm.Own,
            _ => BinaryForm.Text,
        };
    }

    /// <summary>The type without its sizes: <c>timestamp(3) without time zone</c> is <c>timestamp without time zone</c>.</summary>
    private static string BaseOf(string declared)
    {
        var open = declared.IndexOf('(', StringComparison.Ordinal);
        var close = open < 0 ? -1 : declared.IndexOf(')', open);
        return close < 0 ? declared : declared[..open] + declared[(close + 1)..];
    }
}
