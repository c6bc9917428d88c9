using System.Net;
using Hub.Cli.Checking;
using Hub.Cli.Checking.Through;
using Hub.Control.Protocol;

namespace Hub.Cli.Tests.Checking.Through;

/// <summary>What is said of ways that one machine does not have: TLS before the balancer, a CDN, a NAT.</summary>
public sealed class ThroughCheckTests
{
    private static readonly ProbeAnswer Right = new(
        "gw-1", "198.51.100.7", false, "https", "shop.example", "10.0.0.2", true, "HTTP/1.1", "198.51.100.7", null, "https", null);

    [Fact]
    public void Judge_AllRight_SaysNothing() => Assert.Empty(Judge(Right));

    [Fact]
    public void Judge_SchemeLostBehindTls_NamesTheHeaderThatIsMissing()
    {
        var finding = Assert.Single(Judge(Right with { Scheme = "http", ForwardedProto = null }));

        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Equal("a request by https arrives as http: the trusted proxy 10.0.0.2 sends no X-Forwarded-Proto", finding.Problem.What);
    }

    [Fact]
    public void Judge_CdnThatIsNotTrusted_IsNamed()
    {
        var finding = Assert.Single(Judge(Right with { Client = "192.0.2.9", ForwardedFor = "198.51.100.7, 192.0.2.9" }));

        Assert.Equal((Severity.Error, "Hub.Boundary.TrustedProxies"), (finding.Severity, finding.Problem.Path));
        Assert.StartsWith("add \"192.0.2.9\"", finding.Problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_UnknownAddressWithoutClientIp_SaysThatItCannotTell() =>
        Assert.Contains(
            "--client-ip",
            Assert.Single(Judge(Right, mine: "192.168.1.5", told: false), finding => finding.Severity == Severity.Warning).Problem.Fix,
            StringComparison.Ordinal);

    [Fact]
    public void Judge_ClientWithinTheTrustedProxies_SaysThatForgeryCannotBeJudged() =>
        Assert.Contains("lies within the trusted proxies", Assert.Single(Judge(Right with { ClientTrusted = true })).Problem.What, StringComparison.Ordinal);

    private static IReadOnlyList<Finding> Judge(ProbeAnswer answer, string mine = "198.51.100.7", bool told = true) =>
        new ThroughCheck(new Uri("https://shop.example"), ["gw-1"], [IPAddress.Parse(mine)], told).Judge(
        [
            new Passage(PassageKind.Plain, answer, Status: HttpStatusCode.OK), new Passage(PassageKind.WithCookies, answer, Status: HttpStatusCode.OK),
            new Passage(PassageKind.Forged, answer, Status: HttpStatusCode.OK),
        ]);
}
