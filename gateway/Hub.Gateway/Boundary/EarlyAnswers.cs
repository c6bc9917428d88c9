namespace Hub.Gateway.Boundary;

/// <summary>
/// Lets an answer through that a side gives before it has read the request's body (413 to a large upload), and then closes.
/// </summary>
/// <remarks>
/// SocketsHttpHandler sends the whole body before it looks for an answer, and fails where the side has closed meanwhile; the
/// answer, though it has come, would be a 502. So writes to a closed connection are passed over: what is left of the body goes
/// nowhere, and the answer is read. Without an answer that reading fails, as it would have.
/// </remarks>
internal sealed class EarlyAnswers(Stream connection) : Stream
{
    private volatile bool _closed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>HTTP/2 hears an early answer by itself.</summary>
    public static void Use(SocketsHttpHandler handler) => handler.PlaintextStreamFilter ??= static (context, _) =>
        ValueTask.FromResult(context.NegotiatedHttpVersion.Major < 2 ? new EarlyAnswers(context.PlaintextStream) : context.PlaintextStream);

    public override int Read(Span<byte> buffer) => connection.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => connection.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        connection.ReadAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            if (!_closed)
            {
                connection.Write(buffer);
            }
        }
        catch (IOException)
        {
            _closed = true;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_closed)
        {
            return ValueTask.CompletedTask;
        }

        var writing = connection.WriteAsync(buffer, cancellationToken);
        return writing.IsCompletedSuccessfully ? ValueTask.CompletedTask : FinishAsync(writing);
    }

    public override void Flush() => connection.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask FinishAsync(ValueTask writing)
    {
        try
        {
            await writing;
        }
        catch (IOException)
        {
            _closed = true;
        }
    }
}
