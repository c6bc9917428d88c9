using System.Globalization;

namespace Hub.Migration.Applying.Postgres;

/// <summary>How values of a column are written and read: by the column's own type.</summary>
/// <param name="Declared">The type in PostgreSQL's words.</param>
/// <param name="Length">Characters that a text may have; null: any number.</param>
/// <param name="Precision">Digits of a numeric; null: as many as it has.</param>
/// <param name="Step">The least part of a second that a time keeps, in ticks.</param>
internal sealed record PostgresColumn(string Name, string Declared, PostgresKind Kind, int? Length, int? Precision, int Scale, long Step)
{
    private static readonly long Epoch = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).Ticks;
    private static readonly int EpochDay = new DateOnly(2000, 1, 1).DayNumber;

    /// <summary>It has no binary form that is known here: it goes as text and is cast in the database.</summary>
    public bool IsCast => Kind == PostgresKind.Cast;

    /// <summary>Why the value can't stand in the column without loss; null where it can.</summary>
    public string? Refuse(object? value)
    {
        if (value is null)
        {
            return null;
        }

        return Kind switch
        {
            PostgresKind.Int2 => value is long and >= short.MinValue and <= short.MaxValue ? null : Refused(value),
            PostgresKind.Int4 => value is long and >= int.MinValue and <= int.MaxValue ? null : Refused(value),
            PostgresKind.Int8 => value is long ? null : Refused(value),
            PostgresKind.Numeric => value is decimal exact ? RefuseNumeric(exact) : value is long whole ? RefuseNumeric(whole) : Refused(value),
            PostgresKind.Float4 => value is double single && (double.IsNaN(single) || Shortest((float)single) == single) ? null : Refused(value),
            PostgresKind.Float8 => value is double ? null : Refused(value),
            PostgresKind.Bool => value is bool ? null : Refused(value),
            PostgresKind.Text or PostgresKind.Jsonb or PostgresKind.Cast => value is string text ? RefuseText(text) : Refused(value),
            PostgresKind.TimestampTz => value is DateTimeOffset time && time.Ticks % Step == 0 ? null : Refused(value),
            PostgresKind.Timestamp => value is DateTime time && time.Ticks % Step == 0 ? null : Refused(value),
            PostgresKind.Date => value is DateOnly ? null : Refused(value),
            PostgresKind.Time => value is TimeOnly time && time.Ticks % Step == 0 ? null : Refused(value),
            PostgresKind.Interval => value is TimeSpan span && span.Ticks % Step == 0 ? null : Refused(value),
            PostgresKind.Bytea => (value is byte[]) ? null : Refused(value),
            _ => value is Guid ? null : Refused(value),
        };
    }

    /// <summary>Writes a value that was not refused.</summary>
    public void Write(CopyBuffer buffer, object? value)
    {
        if (value is null)
        {
            buffer.Null();
            return;
        }

        switch (Kind)
        {
            case PostgresKind.Int2:
                buffer.Number((short)(long)value);
                break;
            case PostgresKind.Int4:
                buffer.Number((int)(long)value);
                break;
            case PostgresKind.Int8:
                buffer.Number((long)value);
                break;
            case PostgresKind.Numeric:
                buffer.Number(value is long whole ? whole : (decimal)value);
                break;
            case PostgresKind.Float4:
                buffer.Number((float)(double)value);
                break;
            case PostgresKind.Float8:
                buffer.Number((double)value);
                break;
            case PostgresKind.Bool:
                buffer.Truth((bool)value);
                break;
            case PostgresKind.Jsonb:
                buffer.Text((string)value, version: 1);
                break;
            case PostgresKind.TimestampTz:
                buffer.Number((((DateTimeOffset)value).UtcTicks - Epoch) / TimeSpan.TicksPerMicrosecond);
                break;
            case PostgresKind.Timestamp:
                buffer.Number((((DateTime)value).Ticks - Epoch) / TimeSpan.TicksPerMicrosecond);
                break;
            case PostgresKind.Date:
                buffer.Number(((DateOnly)value).DayNumber - EpochDay);
                break;
            case PostgresKind.Time:
                buffer.Number(((TimeOnly)value).Ticks / TimeSpan.TicksPerMicrosecond);
                break;
            case PostgresKind.Interval:
                buffer.Interval((TimeSpan)value);
                break;
            case PostgresKind.Bytea:
                buffer.Bytes((byte[])value);
                break;
            case PostgresKind.Uuid:
                buffer.Id((Guid)value);
                break;
            default:
                buffer.Text((string)value);
                break;
        }
    }

    /// <summary>The number that the shortest digits of a 32-bit fraction say: 0.1, not 0.10000000149.</summary>
    public static double Shortest(float value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private string? RefuseNumeric(decimal value)
    {
        if (Precision is not { } precision)
        {
            return null;
        }

        return (value.Scale <= Scale || decimal.Round(value, Math.Min(Scale, 28)) == value) && (precision - Scale > 28 || Math.Abs(decimal.Truncate(value)) < Power(precision - Scale))
            ? null
            : Refused(value);
    }

    private static decimal Power(int digits)
    {
        var power = 1m;
        for (var i = 0; i < digits; i++)
        {
            power *= 10;
        }

        return power;
    }

    private string? RefuseText(string text)
    {
        if (Length is { } length && text.Length > length && text.EnumerateRunes().Count() > length)
        {
            return Refused(text);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return $"column {Name}: the text holds the character 0, which PostgreSQL's texts can't";
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsSurrogatePair(text, i) || i + 1 == text.Length)
                {
                    return $"column {Name}: the text holds half a character (a lone surrogate) at {i}";
                }

                i++;
            }
        }

        return null;
    }

    private string Refused(object value)
    {
        var shown = string.Create(CultureInfo.InvariantCulture, $"{value}");
        return $"column {Name}: {(shown.Length > 80 ? $"{shown[..80]}…" : shown)} does not fit into {Declared} without loss";
    }
}

/// <summary>The forms in which PostgreSQL takes values.</summary>
internal enum PostgresKind
{
    Int2,
    Int4,
    Int8,
    Numeric,
    Float4,
    Float8,
    Bool,

    /// <summary>Texts of any kind, enums and json.</summary>
    Text,
    Jsonb,
    Timestamp,
    TimestampTz,
    Date,
    Time,
    Interval,
    Bytea,
    Uuid,

    /// <summary>Any other.</summary>
    Cast,
}
