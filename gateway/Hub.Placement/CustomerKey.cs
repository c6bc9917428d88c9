using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Hub.Placement;

/// <summary>
/// The one key of a customer: 128 random bits, drawn at the first visit and taken over by the account at its first log-in
/// (SAFETY.md 1). Written as 32 hexadecimal digits.
/// </summary>
public readonly record struct CustomerKey(UInt128 Value)
{
    /// <summary>How many buckets customers are spread over; a share is a number of them.</summary>
    public const int Buckets = 10_000;

    /// <summary>No key: crawlers, cron jobs, call-backs of unknown numbers.</summary>
    public static CustomerKey None => default;

    public bool IsNone => Value == UInt128.Zero;

    public static CustomerKey Draw() =>
        new(BinaryPrimitives.ReadUInt128LittleEndian(RandomNumberGenerator.GetBytes(16)));

    public static bool TryParse(ReadOnlySpan<char> text, out CustomerKey key)
    {
        key = default;
        if (text.Length != 32
            || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        key = new CustomerKey(value);
        return !key.IsNone;
    }

    /// <summary>The customer's bucket, 0 to 9,999: the same on every plane and for ever, since it is a hash of key and salt.</summary>
    public int Bucket(Salt salt)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, Value);
        return (int)(XxHash64.HashToUInt64(bytes, salt.Seed) % Buckets);
    }

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
