using System.Buffers;

namespace Hub.Gateway.Mirroring;

/// <summary>
/// A body while it comes: up to <see cref="Most"/> bytes in pooled pieces, each taken from the common room. Of a longer one
/// nothing is kept. Written by one and read when that is done.
/// </summary>
internal sealed class KeptBody(MirrorRoom room) : IDisposable
{
    public const int Most = 256 * 1024;

    private const int Piece = 16 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _length;

    /// <summary>All that was written is kept.</summary>
    public bool Whole { get; private set; } = true;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!Whole)
        {
            return;
        }

        if (_length + bytes.Length > Most)
        {
            GiveUp();
            return;
        }

        while (!bytes.IsEmpty)
        {
            var at = _length % Piece;
            if (at == 0)
            {
                if (!room.TryTake(Piece))
                {
                    GiveUp();
                    return;
                }

                _pieces.Add(ArrayPool<byte>.Shared.Rent(Piece));
            }

            var part = bytes[..Math.Min(bytes.Length, Piece - at)];
            part.CopyTo(_pieces[^1].AsSpan(at));
            _length += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Keeps nothing of it, neither of what is still to come.</summary>
    public void GiveUp()
    {
        Whole = false;
        Dispose();
    }

    public byte[] ToArray()
    {
        var bytes = new byte[_length];
        for (var i = 0; i < _pieces.Count; i++)
        {
            _pieces[i].AsSpan(0, Math.Min(Piece, _length - (i * Piece))).CopyTo(bytes.AsSpan(i * Piece));
        }

        return bytes;
    }

    public void Dispose()
    {
        _pieces.ForEach(piece =>
        {
            ArrayPool<byte>.Shared.Return(piece);
            room.Give(Piece);
        });
        _pieces.Clear();
        _length = 0;
    }
}
