using CsCheck;

namespace Hub.Placement.Tests.Reference;

public sealed class RandomHistoryTests
{
    [Fact]
    [Trait("Rule", "1")]
    [Trait("Rule", "2")]
    [Trait("Rule", "3")]
    [Trait("Rule", "4")]
    [Trait("Rule", "5")]
    [Trait("Rule", "7")]
    [Trait("Rule", "8")]
    [Trait("Rule", "11")]
    [Trait("Rule", "13")]
    public void Place_RandomHistories_AgreesWithTheReference() => Step.Histories.Sample(World.Play, iter: 500);
}
