namespace Hub.Gateway.Customers;

/// <summary>A body whose beginning was read: that first, then what follows, straight from the client.</summary>
/// <param name="begun">The beginning, <paramref name="length"/> bytes of it; more where <paramref name="pending"/> brings them.</param>
/// <param name="pending">A read into <paramref name="begun"/> that has not come back yet.</param>
/// <param name="ended">Nothing follows.</param>
internal sealed class ReplayedBody(Stream rest, byte[] begun, int length, Task<int>? pending, bool ended) : Stream
{
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given < length)
        {
            var count = Math.Min(buffer.Length, length - _given);
            begun.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return ValueTask.FromResult(count);
        }

        return ended ? ValueTask.FromResult(0)
            : pending is not null ? AfterPendingAsync(buffer, cancellationToken)
            : rest.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A request's body is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<int> AfterPendingAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var count = await pending!.WaitAsync(cancellationToken);
        pending = null;
        ended = count == 0;
        length += count;
        return await ReadAsync(buffer, cancellationToken);
    }
}
