using System.Buffers.Binary;
using System.Collections.Immutable;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>
/// Reads what <c>COPY … (FORMAT BINARY)</c> of columns cast to text sends: lengths and texts, nothing escaped, many rows a read.
/// </summary>
internal static class CopyRows
{
    private const int Header = 19;

    public static async Task<ImmutableArray<ChangeRow>> ReadAsync(
        NpgsqlConnection connection, string copy, ColumnNames names, PostgresType[] types, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<ChangeRow>();
        await using var stream = await connection.BeginRawBinaryCopyAsync(copy, cancellationToken);
        var buffer = new byte[128 * 1024];
        var (start, end) = (-Header, 0);
        while (true)
        {
            // 1. All whole rows that are there.
            while (start >= 0)
            {
                var read = ReadRow(buffer.AsSpan(start, end - start), names, types, out var row);
                if (read < 0)
                {
                    return rows.DrainToImmutable();
                }

                if (read == 0)
                {
                    break;
                }

                rows.Add(row!);
                start += read;
            }

            // 2. The begun one to the front, more behind it.
            var from = Math.Max(start, 0);
            buffer.AsSpan(from, end - from).CopyTo(buffer);
            end -= from;
            start = Math.Min(start, 0);
            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var more = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            end += more == 0 ? throw new EndOfStreamException("PostgreSQL ended a copy in the middle of a row.") : more;

            // 3. Past the header, once.
            if (start < 0 && end >= Header)
            {
                start = Header;
            }
        }
    }

    /// <returns>The row's bytes; 0 where not all of it is there, -1 at the end.</returns>
    private static int ReadRow(ReadOnlySpan<byte> bytes, ColumnNames names, PostgresType[] types, out ChangeRow? row)
    {
        row = null;
        if (bytes.Length < 2)
        {
            return 0;
        }

        var count = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (count < 0)
        {
            return -1;
        }

        // Whole before any of it is made.
        var at = 2;
        for (var i = 0; i < count; i++)
        {
            if (bytes.Length < at + 4)
            {
                return 0;
            }

            at += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
        }

        if (bytes.Length < at)
        {
            return 0;
        }

        var values = new ChangeValue[count];
        at = 2;
        for (var i = 0; i < values.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += 4;
            if (length >= 0)
            {
                values[i] = PostgresText.Read(types[i], bytes.Slice(at, length));
                at += length;
            }
        }

        row = new ChangeRow(names, values);
        return at;
    }
}
