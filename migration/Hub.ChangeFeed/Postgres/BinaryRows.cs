using System.Buffers.Binary;
using Hub.ChangeFeed.Sources;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>
/// Rows as PostgreSQL sends them in <c>COPY … (FORMAT BINARY)</c>, unread: all their bytes, and where each begins. Two servers send the same
/// bytes for the same value of a type, so that rows can be compared without a value being made of them.
/// </summary>
public sealed class BinaryRows
{
    private const int Header = 19;
    private readonly byte[] _bytes;
    private readonly List<int> _ends;

    private BinaryRows(byte[] bytes, List<int> ends) => (_bytes, _ends) = (bytes, ends);

    public int Count => _ends.Count - 1;

    /// <summary>A row's fields, one after another: take them with <see cref="Take"/>.</summary>
    public ReadOnlySpan<byte> this[int row] => _bytes.AsSpan((_ends[row] + 2)..(_ends[row + 1]));

    /// <summary>Takes the next field off.</summary>
    /// <returns>Its bytes; of a null none.</returns>
    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> fields, out bool isNull)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(fields);
        isNull = length < 0;
        var field = fields.Slice(4, Math.Max(0, length));
        fields = fields[(4 + field.Length)..];
        return field;
    }

    /// <param name="copy">A <c>COPY … TO STDOUT (FORMAT BINARY)</c>.</param>
    /// <exception cref="EndOfStreamException">The server ended it before its end.</exception>
    public static async Task<BinaryRows> ReadAsync(NpgsqlConnection connection, string copy, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(copy, cancellationToken);
        var bytes = GC.AllocateUninitializedArray<byte>(1 << 20);
        var end = 0;
        for (int read; (read = await stream.ReadAsync(bytes.AsMemory(end), cancellationToken)) > 0;)
        {
            end += read;
            if (end == bytes.Length)
            {
                var larger = GC.AllocateUninitializedArray<byte>(bytes.Length * 2);
                bytes.AsSpan().CopyTo(larger);
                bytes = larger;
            }
        }

        return new BinaryRows(bytes, Ends(bytes.AsSpan(0, end)));
    }

    private static List<int> Ends(ReadOnlySpan<byte> bytes)
    {
        var ends = new List<int> { Header };
        for (var at = Header; at + 2 <= bytes.Length;)
        {
            var fields = BinaryPrimitives.ReadInt16BigEndian(bytes[at..]);
            if (fields < 0)
            {
                return ends;
            }

            for (at += 2; fields > 0; fields--)
            {
                at += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
            }

            ends.Add(at);
        }

        throw new EndOfStreamException("PostgreSQL ended a copy before its end.");
    }
}

/// <summary>A column that is read in <see cref="BinaryRows"/>.</summary>
public readonly record struct BinaryColumn(DatabaseColumn Column, BinaryForm Form);

/// <summary>In which form a column's value is sent.</summary>
public enum BinaryForm
{
    /// <summary>The type's own.</summary>
    Own,

    /// <summary>A whole number of 64 bits, whichever width the column has.</summary>
    Whole,

    /// <summary>The text that a <see cref="ChangeValue"/> is made of.</summary>
    Text,
}

/// <summary>Makes the canonical value of a field that was read as <see cref="BinaryForm.Text"/>.</summary>
public delegate ChangeValue CanonicalReader(ReadOnlySpan<byte> text);
