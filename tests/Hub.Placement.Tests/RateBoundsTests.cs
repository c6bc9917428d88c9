namespace Hub.Placement.Tests;

public sealed class RateBoundsTests
{
    [Theory]
    [InlineData(0, 0, 0.0, 1.0)]
    [InlineData(0, 10, 0.0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1.0)]
    [InlineData(99, 100, 0.9455, 0.9982)]
    [InlineData(9_990, 10_000, 0.9982, 0.9995)]
    [Trait("Rule", "19")]
    public void Bounds_KnownShares_AgreeWithTheTable(long hits, long samples, double lower, double upper)
    {
        Assert.Equal(lower, Math.Round(RateBounds.Lower(hits, samples, RateBounds.Percent95), 4));
        Assert.Equal(upper, Math.Round(RateBounds.Upper(hits, samples, RateBounds.Percent95), 4));
    }
}
