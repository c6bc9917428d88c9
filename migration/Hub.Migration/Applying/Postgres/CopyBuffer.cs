using System.Buffers.Binary;
using System.Text;

namespace Hub.Migration.Applying.Postgres;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, made in memory and used again: the driver's own importer looks each value's type up
/// anew and costs more than the rest of the writing together.
/// </summary>
internal sealed class CopyBuffer
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private byte[] _bytes = new byte[1 << 16];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Begins anew without a header: for values alone.</summary>
    public void Clear() => _length = 0;

    public void Begin()
    {
        _length = 0;
        "PGCOPY\n"u8.CopyTo(Take(7));
        ((ReadOnlySpan<byte>)[0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0]).CopyTo(Take(12));
    }

    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    public void Row(int columns) => BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)columns);

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void Number(short value) => BinaryPrimitives.WriteInt16BigEndian(Sized(2), value);

    public void Number(int value) => BinaryPrimitives.WriteInt32BigEndian(Sized(4), value);

    public void Number(long value) => BinaryPrimitives.WriteInt64BigEndian(Sized(8), value);

    public void Number(float value) => BinaryPrimitives.WriteSingleBigEndian(Sized(4), value);

    public void Number(double value) => BinaryPrimitives.WriteDoubleBigEndian(Sized(8), value);

    public void Truth(bool value) => Sized(1)[0] = value ? (byte)1 : (byte)0;

    public void Bytes(byte[] value) => value.CopyTo(Sized(value.Length));

    public void Id(Guid value) => value.TryWriteBytes(Sized(16), bigEndian: true, out _);

    /// <param name="version">A byte before the text, as jsonb has it; null: none.</param>
    public void Text(string value, byte? version = null)
    {
        var start = _length;
        Take(4);
        if (version is { } first)
        {
            Take(1)[0] = first;
        }

        var room = Take(Encoding.UTF8.GetMaxByteCount(value.Length));
        _length -= room.Length - Strict.GetBytes(value, room);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start), _length - start - 4);
    }

    public void Interval(TimeSpan value)
    {
        var room = Sized(16);
        BinaryPrimitives.WriteInt64BigEndian(room, value.Ticks / TimeSpan.TicksPerMicrosecond);
        room[8..].Clear();
    }

    /// <summary>Digits to the base of 10,000, those before the point and those behind it in groups of their own.</summary>
    public void Number(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var (negative, scale) = (parts[3] < 0, value.Scale);
        var digits = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        for (var missing = (4 - (scale % 4)) % 4; missing > 0; missing--)
        {
            digits *= 10;
        }

        Span<short> groups = stackalloc short[16];
        var count = 0;
        while (digits != 0)
        {
            (digits, var group) = UInt128.DivRem(digits, 10_000);
            groups[count++] = (short)(int)group;
        }

        var weight = count - 1 - ((scale + 3) / 4);
        var first = 0;
        while (first < count && groups[first] == 0)
        {
            first++;
        }

        var room = Sized(8 + (2 * (count - first)));
        BinaryPrimitives.WriteInt16BigEndian(room, (short)(count - first));
        BinaryPrimitives.WriteInt16BigEndian(room[2..], (short)(count == 0 ? 0 : weight));
        BinaryPrimitives.WriteInt16BigEndian(room[4..], negative ? (short)0x4000 : (short)0);
        BinaryPrimitives.WriteInt16BigEndian(room[6..], scale);
        for (var i = count - 1; i >= first; i--)
        {
            BinaryPrimitives.WriteInt16BigEndian(room[(8 + (2 * (count - 1 - i)))..], groups[i]);
        }
    }

    private Span<byte> Sized(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
        return Take(length);
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        var room = _bytes.AsSpan(_length, count);
        _length += count;
        return room;
    }
}
