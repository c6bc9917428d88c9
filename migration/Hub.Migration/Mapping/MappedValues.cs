using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Hub.Migration.Mapping;

/// <summary>Compares mapped values, and whole rows of them by a hash, as the target's columns see them.</summary>
/// <remarks>
/// 1.10 is 1.1, -0 is 0 and NaN is NaN, JSON is compared by value (names in any order), times by their instant, bytes by content. A
/// <see cref="RowEffect.Unknown"/> equals nothing: it is to be filled in before.
/// </remarks>
internal static class MappedValues
{
    private const byte Null = 0xFF;

    public static new bool Equals(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (double x, double y) => Normal(x) == Normal(y),
        (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
        _ => ReferenceEquals(a, RowEffect.Unknown) || ReferenceEquals(b, RowEffect.Unknown) ? false : a.Equals(b),
    };

    /// <summary>Compares two values of a column; JSON by value.</summary>
    public static bool Equals(MappedType type, object? a, object? b) =>
        Equals(a, b) || (type == MappedType.Json && a is string x && b is string y && CanonicalJson.ByValue(x) == CanonicalJson.ByValue(y));

    /// <summary>A row's hash (XxHash64): the same for rows that are equal, in each process and version.</summary>
    public static ulong Hash(ReadOnlySpan<MappedType> types, ReadOnlySpan<object?> row)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1024);
        try
        {
            var used = 0;
            for (var i = 0; i < row.Length; i++)
            {
                used = Append(types[i], row[i], ref buffer, used);
            }

            return XxHash64.HashToUInt64(buffer.AsSpan(0, used));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What an object is as a mapped value; null where it is none.</summary>
    public static MappedType? TypeOf(object value) => value switch
    {
        string => MappedType.Text,
        long => MappedType.WholeNumber,
        decimal => MappedType.Decimal,
        double => MappedType.Fraction,
        bool => MappedType.Bool,
        DateTimeOffset => MappedType.Instant,
        DateTime => MappedType.LocalTime,
        DateOnly => MappedType.Date,
        TimeOnly => MappedType.TimeOfDay,
        TimeSpan => MappedType.Interval,
        Guid => MappedType.Uuid,
        byte[] => MappedType.Bytes,
        _ => null,
    };

    /// <summary>Without the zeros at the end of its decimals.</summary>
    internal static decimal Normal(decimal number) => number.Scale == 0 ? number : number / 1.000000000000000000000000000m;

    private static long Normal(double number) => double.IsNaN(number) ? long.MinValue + 1 : number == 0 ? 0 : BitConverter.DoubleToInt64Bits(number);

    private static int Append(MappedType type, object? value, ref byte[] buffer, int used)
    {
        switch (value)
        {
            case null:
                Room(ref buffer, used, 1)[0] = Null;
                return used + 1;
            case string text:
                var canonical = type == MappedType.Json ? CanonicalJson.ByValue(text) : text;
                var room = Room(ref buffer, used, 5 + Encoding.UTF8.GetMaxByteCount(canonical.Length));
                var length = Encoding.UTF8.GetBytes(canonical, room[5..]);
                room[0] = (byte)MappedType.Text;
                BinaryPrimitives.WriteInt32LittleEndian(room[1..], length);
                return used + 5 + length;
            case byte[] bytes:
                room = Room(ref buffer, used, 5 + bytes.Length);
                room[0] = (byte)MappedType.Bytes;
                BinaryPrimitives.WriteInt32LittleEndian(room[1..], bytes.Length);
                bytes.CopyTo(room[5..]);
                return used + 5 + bytes.Length;
            case decimal number:
                room = Room(ref buffer, used, 17);
                room[0] = (byte)MappedType.Decimal;
                Span<int> bits = stackalloc int[4];
                var normal = Normal(number);
                decimal.GetBits(normal == 0 ? 0 : normal, bits);
                MemoryMarshal.AsBytes(bits).CopyTo(room[1..]);
                return used + 17;
            case Guid id:
                room = Room(ref buffer, used, 17);
                room[0] = (byte)MappedType.Uuid;
                id.TryWriteBytes(room[1..], bigEndian: true, out _);
                return used + 17;
            case long whole:
                return Eight(MappedType.WholeNumber, whole, ref buffer, used);
            case bool truth:
                return Eight(MappedType.Bool, truth ? 1 : 0, ref buffer, used);
            case double fraction:
                return Eight(MappedType.Fraction, Normal(fraction), ref buffer, used);
            case DateTimeOffset instant:
                return Eight(MappedType.Instant, instant.UtcTicks, ref buffer, used);
            case DateTime local:
                return Eight(MappedType.LocalTime, local.Ticks, ref buffer, used);
            case DateOnly day:
                return Eight(MappedType.Date, day.DayNumber, ref buffer, used);
            case TimeOnly time:
                return Eight(MappedType.TimeOfDay, time.Ticks, ref buffer, used);
            case TimeSpan span:
                return Eight(MappedType.Interval, span.Ticks, ref buffer, used);
            default:
                throw new ArgumentException($"A {value.GetType().Name} is no mapped value.", nameof(value));
        }
    }

    private static int Eight(MappedType type, long value, ref byte[] buffer, int used)
    {
        var room = Room(ref buffer, used, 9);
        room[0] = (byte)type;
        BinaryPrimitives.WriteInt64LittleEndian(room[1..], value);
        return used + 9;
    }

    private static Span<byte> Room(ref byte[] buffer, int used, int needed)
    {
        if (buffer.Length - used < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, used + needed));
            buffer.AsSpan(0, used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsSpan(used);
    }
}
