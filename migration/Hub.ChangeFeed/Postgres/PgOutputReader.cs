using System.Buffers.Binary;
using System.Text;

namespace Hub.ChangeFeed.Postgres;

/// <summary>Reads one message of pgoutput, in network order, from front to back.</summary>
internal ref struct PgOutputReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _left = message;

    public byte Byte()
    {
        var value = _left[0];
        _left = _left[1..];
        return value;
    }

    public short Int16()
    {
        var value = BinaryPrimitives.ReadInt16BigEndian(_left);
        _left = _left[2..];
        return value;
    }

    public uint UInt32()
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(_left);
        _left = _left[4..];
        return value;
    }

    public ulong UInt64()
    {
        var value = BinaryPrimitives.ReadUInt64BigEndian(_left);
        _left = _left[8..];
        return value;
    }

    /// <summary>Up to a zero.</summary>
    public string Text()
    {
        var end = _left.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(_left[..end]);
        _left = _left[(end + 1)..];
        return text;
    }

    /// <param name="unchanged">At least one large value was not sent, because it did not change.</param>
    public ChangeValue[] Tuple(PublishedTable table, out bool unchanged)
    {
        unchanged = false;
        var values = new ChangeValue[Int16()];
        if (values.Length != table.Types.Length)
        {
            throw new FeedBrokenException($"A row of {table.Name} came with {values.Length} columns, where the stream announced {table.Types.Length}.");
        }

        for (var i = 0; i < values.Length; i++)
        {
            switch (Byte())
            {
                case (byte)'t':
                    var length = (int)UInt32();
                    values[i] = PostgresText.Read(table.Types[i], _left[..length]);
                    _left = _left[length..];
                    break;
                case (byte)'u':
                    values[i] = ChangeValue.Unknown;
                    unchanged = true;
                    break;
                case (byte)'n':
                    break;
                case var other:
                    throw new FeedBrokenException($"A value of {table.Name} came in the format '{(char)other}', which was not asked for.");
            }
        }

        return values;
    }
}
