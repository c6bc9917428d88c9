using CsCheck;

namespace Hub.Placement.Tests;

public sealed class CustomerKeyTests
{
    // Reckoned apart from this code, with XXH64 as its authors describe it. Never correct these to what the code says: another hash moves customers between the sides of running shops.
    [Theory]
    [Trait("Rule", "2")]
    [InlineData("00000000000000000000000000000001", "hub", 4902)]
    [InlineData("0123456789abcdef0123456789abcdef", "hub", 2462)]
    [InlineData("ffffffffffffffffffffffffffffffff", "hub", 1811)]
    [InlineData("0123456789abcdef0123456789abcdef", "spring", 7455)]
    [InlineData("0123456789abcdef0123456789abcdef", "", 9290)]
    public void Bucket_KnownKeyAndSalt_NeverChanges(string key, string salt, int bucket)
    {
        Assert.True(CustomerKey.TryParse(key, out var parsed));

        Assert.Equal(bucket, parsed.Bucket(Salt.Of(salt)));
    }

    [Fact]
    [Trait("Rule", "2")]
    public void Bucket_ManyKeys_AreSpreadEvenly()
    {
        var tenths = new int[10];
        for (var i = 1; i <= 20_000; i++)
        {
            tenths[new CustomerKey((UInt128)i).Bucket(Salt.Of("hub")) / 1_000]++;
        }

        Assert.All(tenths, count => Assert.InRange(count, 1_800, 2_200));
    }

    [Fact]
    public void TryParse_WhatToStringWrote_IsTheSameKey() => Gen.Select(Gen.ULong, Gen.ULong).Sample((upper, lower) =>
    {
        var key = new CustomerKey(new UInt128(upper, lower | 1));

        Assert.True(CustomerKey.TryParse(key.ToString(), out var parsed));
        Assert.Equal(key, parsed);
    });

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData(" 123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    public void TryParse_AnythingElse_IsNoKey(string text) => Assert.False(CustomerKey.TryParse(text, out _));

    [Fact]
    public void Draw_Twice_GivesTwoKeys() => Assert.NotEqual(CustomerKey.Draw(), CustomerKey.Draw());
}
