using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Hub.Gateway.Boundary.Probing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Boundary.Probing;

[Trait("Rule", "boundary")]
public sealed class ProbesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Probes _probes;

    public ProbesTests() => _probes = new Probes(_time);

    [Fact]
    public void Knows_ItsToken_UntilItsEndOnly()
    {
        Open("a");

        Assert.True(_probes.Knows(Request("a")));
        _time.Advance(Probe.Lifetime);

        Assert.False(_probes.Knows(Request("a")));
        Assert.False(_probes.Any);
    }

    [Fact]
    public void Knows_AnythingElse_IsTheShops()
    {
        Open("a");

        Assert.False(_probes.Knows(Request("b")));
        Assert.False(_probes.Knows(Request(null)));
        Assert.False(_probes.Knows(Request("")));
        Assert.False(_probes.Knows(Request(new string('a', 10_000))));
        Assert.False(_probes.Knows(Request("a", method: "POST")));
        Assert.False(_probes.Knows(Request("a", path: "/.well-known/hub-probe/")));
        Assert.True(_probes.Any);
    }

    [Fact]
    public void Knows_OneToken_ForSoManyAnswersOnly()
    {
        Open("a");

        Assert.Equal(Probe.MostAnswers, Enumerable.Range(0, Probe.MostAnswers + 50).Count(_ => _probes.Knows(Request("a"))));
    }

    [Fact]
    public void Open_TooMany_IsRefusedUntilOneEnds()
    {
        Assert.All(Enumerable.Range(0, Probe.MostOpen), i => Assert.True(Open($"{i}")));
        Assert.False(Open("more"));

        _time.Advance(Probe.Lifetime);

        Assert.True(Open("more"));
        Assert.True(_probes.Knows(Request("more")));
    }

    private bool Open(string token) => _probes.Open(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static DefaultHttpContext Request(string? token, string method = "GET", string path = Probe.Path)
    {
        var context = new DefaultHttpContext { Request = { Method = method, Path = path } };
        if (token is not null)
        {
            context.Request.Headers[Probe.Header] = token;
        }

        return context;
    }
}
