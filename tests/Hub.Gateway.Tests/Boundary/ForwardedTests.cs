using System.Net;
using Hub.Gateway.Boundary;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Tests.Boundary;

/// <summary>Who a client is: its own word counts nothing, a trusted proxy's is taken.</summary>
[Trait("Rule", "boundary")]
public sealed class ForwardedTests
{
    [Theory]
    [InlineData("X-Forwarded-For: 9.9.9.9")]
    [InlineData("X-Forwarded-Proto: https")]
    [InlineData("X-Forwarded-Host: evil.test")]
    [InlineData("X-Forwarded-Anything: evil")]
    [InlineData("X_Forwarded_For: 9.9.9.9")]
    [InlineData("X-Real-IP: 9.9.9.9")]
    [InlineData("Forwarded: for=9.9.9.9;host=evil.test")]
    [InlineData("X-Original-URL: /evil")]
    [InlineData("X-Rewrite-URL: /evil")]
    [InlineData("X-Original-Host: evil.test")]
    public async Task Header_OfAnUntrustedClient_IsDroppedAndSetAnew(string header)
    {
        await using var host = await BoundaryHost.StartAsync();

        var received = await AskAsync(host, header);

        Assert.DoesNotContain("evil", received, StringComparison.Ordinal);
        Assert.DoesNotContain("9.9.9.9", received, StringComparison.Ordinal);
        Assert.Equal(1, Count(received, "X-Forwarded-For: 127.0.0.1\r\n"));
        Assert.Equal(1, Count(received, "X-Real-IP: 127.0.0.1\r\n"));
        Assert.Equal(1, Count(received, "X-Forwarded-Proto: http\r\n"));
        Assert.Equal(1, Count(received, "X-Forwarded-Host: shop.test\r\n"));
        Assert.Equal(4, Count(received, "\r\nX"));
    }

    [Fact]
    public async Task Headers_OfATrustedProxy_AreTheClient()
    {
        await using var host = await BoundaryHost.StartAsync("""{ "TrustedProxies": [ "127.0.0.0/8", "10.0.0.7" ] }""");

        var received = await AskAsync(host,
            "X-Forwarded-For: 6.6.6.6, 9.9.9.9, 10.0.0.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: www.shop.test\r\nX-Original-URL: /evil");

        Assert.Contains("\r\nX-Forwarded-For: 9.9.9.9\r\n", received, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Real-IP: 9.9.9.9\r\n", received, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Forwarded-Proto: https\r\n", received, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Forwarded-Host: www.shop.test\r\n", received, StringComparison.Ordinal);
        Assert.Contains("\r\nHost: www.shop.test\r\n", received, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9.9.9.9", null, "9.9.9.9")]
    [InlineData("6.6.6.6, 9.9.9.9", null, "9.9.9.9")]
    [InlineData("9.9.9.9:4711", null, "9.9.9.9")]
    [InlineData("[2001:db8::1]:4711", null, "2001:db8::1")]
    [InlineData("2001:db8::1", null, "2001:db8::1")]
    [InlineData("::ffff:9.9.9.9", null, "9.9.9.9")]
    [InlineData("6.6.6.6, unknown", null, "10.0.0.1")]
    [InlineData("10.0.0.3, 10.0.0.2", null, "10.0.0.3")]
    [InlineData("", null, "10.0.0.1")]
    [InlineData(null, "9.9.9.9", "9.9.9.9")]
    public void Believe_Chain_TakesTheFirstFromTheRightThatIsNoProxy(string? chain, string? real, string expected)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("10.0.0.1") } };
        Set("X-Forwarded-For", chain);
        Set("X-Real-IP", real);

        ForwardedHeaders.Believe(context, new BoundaryRules(new BoundaryConfig { TrustedProxies = ["10.0.0.0/8"] }));

        Assert.Equal(expected, context.Connection.RemoteIpAddress.ToString());

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                context.Request.Headers[name] = value;
            }
        }
    }

    [Theory]
    [InlineData("javascript", "http")]
    [InlineData("https", "https")]
    [InlineData("HTTPS", "https")]
    public void Believe_Scheme_IsHttpOrHttps(string told, string expected)
    {
        var context = new DefaultHttpContext { Request = { Scheme = "http", Headers = { ["X-Forwarded-Proto"] = told } } };

        ForwardedHeaders.Believe(context, BoundaryRules.Default);

        Assert.Equal(expected, context.Request.Scheme);
    }

    [Fact]
    public async Task Host_ThatIsNotServed_IsRefused()
    {
        await using var host = await BoundaryHost.StartAsync("""{ "Hosts": [ "www.shop.test" ] }""");

        var answer = await Wire.SendAsync(host.Gateway.Url, "GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n");
        var served = await Wire.SendAsync(host.Gateway.Url, "GET / HTTP/1.1\r\nHost: WWW.shop.test:8080\r\nConnection: close\r\n\r\n");

        Assert.Equal(421, Wire.Status(answer));
        Assert.Equal(200, Wire.Status(served));
        Assert.Single(host.Origin.Requests);
    }

    [Fact]
    public async Task Connection_OfASide_EndsAtTheGateway()
    {
        await using var host = await BoundaryHost.StartAsync();
        host.Origin.Answer = _ => "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nX-Far: 2\r\nContent-Length: 0\r\n\r\n";

        var answer = await Wire.SendAsync(host.Gateway.Url, "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("X-Hop", answer, StringComparison.Ordinal);
        Assert.Contains("X-Far: 2", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_InASidesHeader_ReachTheClientAsTheyAre()
    {
        await using var host = await BoundaryHost.StartAsync();
        host.Origin.Answer = _ => "HTTP/1.1 302 Found\r\nLocation: /s\u00c3\u00bc\u00df\r\nContent-Length: 0\r\n\r\n";

        var answer = await Wire.SendAsync(host.Gateway.Url, "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");

        Assert.Contains("Location: /s\u00c3\u00bc\u00df\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "TrustedProxies": [ "balancer" ] }""", "'balancer' is no address and no network")]
    [InlineData("""{ "TrustedProxies": [ "10.0.0.0/33" ] }""", "'10.0.0.0/33' is no address and no network")]
    [InlineData("""{ "TrustedProxies": [ "0.0.0.0/0" ] }""", "'0.0.0.0/0' is everybody")]
    [InlineData("""{ "MaxBody": -1 }""", "-1 bytes are no size")]
    [InlineData("""{ "MaxHeaders": 200000 }""", "200000 bytes of headers can't be the limit")]
    public async Task Config_ThatIsWrong_IsRefusedWithWhatAndLine(string boundary, string what)
    {
        await using var host = await BoundaryHost.StartAsync();

        var problems = await host.Gateway.TakeAsync(2, $$"""{ "ReverseProxy": { "Routes": {}, "Clusters": {} }, "Hub": { "Boundary": {{boundary}} } }""");

        Assert.Contains(what, Assert.Single(problems), StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static async Task<string> AskAsync(BoundaryHost host, string headers)
    {
        var answer = await Wire.SendAsync(host.Gateway.Url, $"GET / HTTP/1.1\r\nHost: shop.test\r\n{headers}\r\nConnection: close\r\n\r\n");
        Assert.Equal(200, Wire.Status(answer));
        return Assert.Single(host.Origin.Requests);
    }
}
