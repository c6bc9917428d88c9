namespace Hub.Placement.Tests;

public sealed class WriteMarkTests
{
    private const long Written = 1_700_000_000_000;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(1);

    [Theory]
    [Trait("Rule", "8")]
    [InlineData(1_000, 0, MarkStanding.Holds)]
    [InlineData(1_001, 0, MarkStanding.Passed)]
    [InlineData(1_001, 3_000, MarkStanding.Passed)]
    [InlineData(1_001, 3_001, MarkStanding.Holds)]
    [InlineData(-5_000, 0, MarkStanding.Holds)]
    public void Standing_AppliedTime_PassesItBeyondTheSkewWhileTheReportIsFresh(long beyond, long age, MarkStanding standing)
    {
        const long Now = Written + 20_000;

        Assert.Equal(standing, new WriteMark(Side.Legacy, Written).Standing(Now, new AppliedUpTo(Written + beyond, Now - age), Skew));
    }

    [Theory]
    [Trait("Rule", "8")]
    [InlineData(WriteMark.Longest, MarkStanding.Holds)]
    [InlineData(WriteMark.Longest + 1, MarkStanding.Ended)]
    [InlineData(-WriteMark.Longest - 1, MarkStanding.Ended)]
    public void Standing_NobodySaysThatItIsApplied_EndsAfterTenMinutes(long later, MarkStanding standing) =>
        Assert.Equal(standing, new WriteMark(Side.New, Written).Standing(Written + later, AppliedUpTo.Unknown, Skew));

    [Fact]
    [Trait("Rule", "8")]
    public void Newer_OfTheSameMoment_IsLegacys()
    {
        var (legacy, other) = (new WriteMark(Side.Legacy, 1), new WriteMark(Side.New, 1));

        Assert.Equal(legacy, WriteMark.Newer(legacy, other));
        Assert.Equal(legacy, WriteMark.Newer(other, legacy));
        Assert.Equal(other with { At = 2 }, WriteMark.Newer(legacy, other with { At = 2 }));
        Assert.Equal(legacy, WriteMark.Newer(WriteMark.None, legacy));
    }
}
