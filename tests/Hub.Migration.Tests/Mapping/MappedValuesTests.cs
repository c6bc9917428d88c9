using Hub.Migration.Mapping;

namespace Hub.Migration.Tests.Mapping;

public sealed class MappedValuesTests
{
    [Fact]
    public void Values_ThatAreOneToTheTarget_AreEqualAndHashAlike()
    {
        foreach (var (type, a, b) in new (MappedType, object?, object?)[]
        {
            (MappedType.Decimal, 1.10m, 1.1m),
            (MappedType.Decimal, 0.00m, -0m),
            (MappedType.Decimal, 12345678901234567890.10m, 12345678901234567890.1m),
            (MappedType.Fraction, 0d, -0d),
            (MappedType.Fraction, double.NaN, BitConverter.Int64BitsToDouble(0x7FF8000000000001)),
            (MappedType.Instant, new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.FromHours(2)), new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero)),
            (MappedType.Json, """{"a":1.0,"b":[true,null],"a":2}""", """{ "b": [true, null], "a": 2.00 }"""),
            (MappedType.Bytes, new byte[] { 1, 2 }, new byte[] { 1, 2 }),
            (MappedType.Text, null, null),
        })
        {
            Assert.True(MappedValues.Equals(type, a, b), $"{a} = {b}");
            Assert.Equal(MappedValues.Hash([type], [a]), MappedValues.Hash([type], [b]));
        }
    }

    [Fact]
    public void Values_ThatDiffer_AreNotEqualAndHashApart()
    {
        foreach (var (type, a, b) in new (MappedType, object?, object?)[]
        {
            (MappedType.Decimal, 1.10m, 1.11m),
            (MappedType.Text, "", null),
            (MappedType.Text, "a", "A"),
            (MappedType.Json, "[1,2]", "[2,1]"),
            (MappedType.WholeNumber, 1L, 2L),
            (MappedType.Bytes, new byte[] { 1 }, new byte[] { 1, 0 }),
            (MappedType.Instant, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMicroseconds(1)),
        })
        {
            Assert.False(MappedValues.Equals(type, a, b), $"{a} = {b}");
            Assert.NotEqual(MappedValues.Hash([type], [a]), MappedValues.Hash([type], [b]));
        }
    }

    [Fact]
    public void Rows_WhoseValuesMoveBetweenColumns_HashApart() => Assert.NotEqual(
        MappedValues.Hash([MappedType.Text, MappedType.Text], ["ab", "c"]), MappedValues.Hash([MappedType.Text, MappedType.Text], ["a", "bc"]));

    [Fact]
    public void Hash_IsTheSameInEachVersion() => Assert.Equal(
        13_679_299_772_901_277_366UL, MappedValues.Hash([MappedType.WholeNumber, MappedType.Text, MappedType.Decimal], [42L, "pot 🍵", 19.90m]));

    [Fact]
    public void Hash_OfALargeText_HasRoom() => Assert.NotEqual(
        MappedValues.Hash([MappedType.Text], [new string('a', 100_000)]), MappedValues.Hash([MappedType.Text], [new string('a', 100_001)]));
}
