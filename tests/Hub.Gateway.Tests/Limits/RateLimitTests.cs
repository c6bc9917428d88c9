using System.Net;
using Hub.Gateway.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Limits;

public sealed class RateLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Take_BurstThenRate_SaysWhenToComeAgain()
    {
        var limit = new RateLimit(6, TimeSpan.FromMinutes(1), burst: 3, clients: 10, _time);

        Assert.Equal([0, 0, 0, 10, 10], Enumerable.Range(0, 5).Select(_ => limit.Take(1, _time.GetTimestamp())));
        Assert.Equal(0, limit.Take(2, _time.GetTimestamp()));

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([0, 10], Enumerable.Range(0, 2).Select(_ => limit.Take(1, _time.GetTimestamp())));
    }

    [Fact]
    public void Take_RefusedForEver_IsNotPunishedBeyondItsRate()
    {
        var limit = new RateLimit(1, TimeSpan.FromSeconds(10), burst: 1, clients: 10, _time);
        Assert.Equal(0, limit.Take(1, _time.GetTimestamp()));
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(10, limit.Take(1, _time.GetTimestamp()));
        }

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, limit.Take(1, _time.GetTimestamp()));
    }

    [Fact]
    public void Take_AtOnceFromManyThreads_CountsEachRequestOnce()
    {
        var limit = new RateLimit(100, TimeSpan.FromHours(1), burst: 100, clients: 10, _time);
        limit.Take(1, _time.GetTimestamp());

        var passed = ParallelEnumerable.Range(0, 1_000).Count(_ => limit.Take(1, _time.GetTimestamp()) == 0);

        Assert.Equal(99, passed);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "0.0.0.0", false)]
    public void Client_OfAnAddress_IsTheAddressOrItsNet(string one, string other, bool same) =>
        Assert.Equal(same, ClientAddress.Of(IPAddress.Parse(one)) == ClientAddress.Of(IPAddress.Parse(other)));
}
