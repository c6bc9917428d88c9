using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Hub.ChangeFeed.Debezium;

/// <summary>Where a record stands in its source, by the source block of each connector (CDC.md "Order").</summary>
internal static class SourcePosition
{
    /// <param name="offset">The record's own place, which is the position where the Hub's own capture wrote it.</param>
    public static Position Of(string connector, in EnvelopeParts parts, long offset) => connector switch
    {
        "postgresql" => Sequence(parts),
        "mariadb" or "mysql" => Binlog(parts),
        "sqlserver" => Commit(parts.CommitLsn),
        _ => new Position((ulong)offset),
    };

    /// <summary>PostgreSQL: <c>["lastCommit","lsn"]</c> as two numbers; a null counts as the number beside it.</summary>
    private static Position Sequence(in EnvelopeParts parts)
    {
        if (parts.Sequence.IsEmpty)
        {
            throw new FormatException("source.sequence is missing, without which PostgreSQL's changes have no order; take Debezium 1.7 or newer");
        }

        var cursor = new JsonCursor(parts.Sequence);
        cursor.Expect((byte)'[');
        var commit = Lsn(ref cursor);
        cursor.Expect((byte)',');
        var lsn = Lsn(ref cursor) ?? (ulong?)parts.Lsn ?? commit;
        cursor.Expect((byte)']');
        return lsn is { } change ? new Position(commit ?? change, change) : throw new FormatException("source.sequence has no number");
    }

    private static ulong? Lsn(scoped ref JsonCursor cursor)
    {
        if (cursor.TakeNull())
        {
            return null;
        }

        var text = cursor.String().Bytes;
        return Utf8Parser.TryParse(text, out ulong lsn, out var read) && read == text.Length ? lsn : throw new FormatException("source.sequence holds no numbers");
    }

    private static Position Binlog(in EnvelopeParts parts)
    {
        var number = parts.File[(parts.File.LastIndexOf((byte)'.') + 1)..];
        return Utf8Parser.TryParse(number, out ulong file, out var read) && read == number.Length && parts.Pos is >= 0 and { } pos && parts.Row is null or >= 0
            ? new Position(file, (ulong)pos, (ulong)(parts.Row ?? 0))
            : throw new FormatException($"source.file and source.pos name no place in the binlog ('{Encoding.UTF8.GetString(parts.File)}', {parts.Pos})");
    }

    /// <summary>SQL Server: <c>00000027:00000758:0005</c>, ten bytes in hex.</summary>
    private static Position Commit(ReadOnlySpan<byte> lsn) =>
        lsn.Length == 22 && lsn[8] == (byte)':' && lsn[17] == (byte)':'
            && uint.TryParse(lsn[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var file)
            && uint.TryParse(lsn[9..17], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var block)
            && ushort.TryParse(lsn[18..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var slot)
            ? new Position(((ulong)file << 32) | block, slot)
            : throw new FormatException($"source.commit_lsn is no log sequence number ('{Encoding.UTF8.GetString(lsn)}')");
}
