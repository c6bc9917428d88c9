using Hub.Connectors.Paging;

namespace Hub.Connectors.Tests.Paging;

public sealed class PageCursorTests
{
    private static readonly DateTimeOffset At = new(2027, 1, 31, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void After_LastIsLater_CountsThoseOfItsTime()
    {
        var next = PageCursor.Of(PageCursor.Of(null, At).After([At, At.AddSeconds(1), At.AddSeconds(2), At.AddSeconds(2)]), DateTimeOffset.MinValue);

        Assert.Equal(new PageCursor(At.AddSeconds(2), 2), next);
    }

    [Fact]
    public void After_AllOfOneTime_GoesOnByOffset()
    {
        var next = PageCursor.Of(PageCursor.Of(null, At).After([At, At, At]), default);
        next = PageCursor.Of(next.After([At, At, At]), default);

        Assert.Equal(new PageCursor(At, 6), next);
    }

    [Fact]
    public void After_FractionsAndZones_AreKeptExactly()
    {
        var odd = At.AddTicks(1234567).ToOffset(TimeSpan.FromHours(2));

        Assert.Equal(odd, PageCursor.Of(PageCursor.Of(null, At).After([odd]), default).At);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1+2+3")]
    public void Of_NoPlace_IsAnError(string page) => Assert.Throws<FormatException>(() => PageCursor.Of(page, At));
}
