using Confluent.Kafka;

namespace Hub.ChangeFeed.Kafka;

/// <summary>
/// A key's or value's bytes, in one buffer that the next record overwrites: a topic's records are read without garbage. Good
/// until the next Consume, for the consumer's own thread.
/// </summary>
internal sealed class RecordBytes : IDeserializer<ReadOnlyMemory<byte>>
{
    private byte[] _buffer = new byte[4096];

    public ReadOnlyMemory<byte> Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (data.Length > _buffer.Length)
        {
            _buffer = new byte[Math.Max(data.Length, _buffer.Length * 2)];
        }

        data.CopyTo(_buffer);
        return _buffer.AsMemory(0, data.Length);
    }
}
