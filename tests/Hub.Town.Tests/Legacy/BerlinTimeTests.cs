using Hub.Town.Legacy.Store;

namespace Hub.Town.Tests.Legacy;

public sealed class BerlinTimeTests
{
    [Theory]
    [InlineData("2026-03-29T00:59:59Z", "2026-03-29 01:59:59")]
    [InlineData("2026-03-29T01:00:00Z", "2026-03-29 03:00:00")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25 02:30:00")]
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25 02:30:00")]
    [InlineData("2026-12-31T23:30:00Z", "2027-01-01 00:30:00")]
    public void Text_AroundTheChangeOfClocks_IsBerlins(string utc, string local) =>
        Assert.Equal(local, BerlinTime.Text(DateTimeOffset.Parse(utc, null)));
}
