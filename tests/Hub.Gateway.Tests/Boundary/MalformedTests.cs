using Hub.Gateway.Tests.Hosting;

namespace Hub.Gateway.Tests.Boundary;

/// <summary>Requests that servers read in more than one way: each is refused, or reaches the side in the one canonical form.</summary>
[Trait("Rule", "boundary")]
public sealed class MalformedTests(MalformedTests.OneHost one) : IClassFixture<MalformedTests.OneHost>
{
    private const string Host = "Host: shop.test\r\n", Close = "Connection: close\r\n\r\n";

    /// <summary>docs/boundary.md shows the same table. Passes: what the side gets; null: refused.</summary>
    internal static readonly (string What, string Request, string? Passes)[] Http1 =
    [
        ("Content-Length and Transfer-Encoding", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n{Close}0\r\n\r\n", null),
        ("two different Content-Length", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 1\r\nContent-Length: 2\r\n{Close}ab", null),
        ("the same Content-Length twice", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 2\r\nContent-Length: 2\r\n{Close}ab", null),
        ("a list in Content-Length", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 2, 2\r\n{Close}ab", null),
        ("Content-Length: +1", $"POST /a HTTP/1.1\r\n{Host}Content-Length: +1\r\n{Close}a", "\r\nContent-Length: 1\r\n"),
        ("Content-Length: -0", $"POST /a HTTP/1.1\r\n{Host}Content-Length: -0\r\n{Close}", "\r\nContent-Length: 0\r\n"),
        ("Content-Length: -1", $"POST /a HTTP/1.1\r\n{Host}Content-Length: -1\r\n{Close}", null),
        ("Content-Length: 0x1", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 0x1\r\n{Close}a", null),
        ("Content-Length: 1 0", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 1 0\r\n{Close}a", null),
        ("an empty Content-Length", $"POST /a HTTP/1.1\r\n{Host}Content-Length:\r\n{Close}", null),
        ("Content-Length of 30 digits", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 000000000000000000000000000001\r\n{Close}a", "\r\nContent-Length: 1\r\n"),
        ("a leading zero in Content-Length", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 01\r\n{Close}a", "\r\nContent-Length: 1\r\n"),
        ("an encoding that is not chunked", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: gzip\r\n{Close}", null),
        ("chunked not at the end", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked, gzip\r\n{Close}0\r\n\r\n", null),
        ("chunked, and something else that is written like it", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: xchunked\r\n{Close}0\r\n\r\n", null),
        ("chunked twice", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n{Close}1\r\na\r\n0\r\n\r\n", null),
        ("identity before chunked", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: identity, chunked\r\n{Close}1\r\na\r\n0\r\n\r\n", null),
        ("chunked in another case", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: cHuNkEd\r\n{Close}1\r\na\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
        ("chunked with a vertical tab", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: \vchunked\r\n{Close}0\r\n\r\n", null),
        ("Transfer-Encoding in HTTP/1.0", $"POST /a HTTP/1.0\r\n{Host}Transfer-Encoding: chunked\r\n{Close}1\r\na\r\n0\r\n\r\n", null),
        ("a blank before the colon", $"POST /a HTTP/1.1\r\n{Host}Content-Length : 1\r\n{Close}a", null),
        ("a header that begins with a blank", $"GET /a HTTP/1.1\r\n X: y\r\n{Host}{Close}", null),
        ("obsolete folding", $"GET /a HTTP/1.1\r\n{Host}X-Long: one\r\n two\r\n{Close}", null),
        ("obsolete folding with a tab", $"GET /a HTTP/1.1\r\n{Host}X-Long: one\r\n\ttwo\r\n{Close}", null),
        ("bare LF between headers", $"GET /a HTTP/1.1\n{Host.Replace("\r", "", StringComparison.Ordinal)}X-Bare: y\nConnection: close\n\n", "X-Bare: y"),
        ("bare CR in a header", $"GET /a HTTP/1.1\r\n{Host}X: a\rb\r\n{Close}", null),
        ("NUL in a header", $"GET /a HTTP/1.1\r\n{Host}X: a\0b\r\n{Close}", null),
        ("no colon", $"GET /a HTTP/1.1\r\n{Host}Nothing\r\n{Close}", null),
        ("no name", $"GET /a HTTP/1.1\r\n{Host}: y\r\n{Close}", null),
        ("a name with a slash", $"GET /a HTTP/1.1\r\n{Host}X/Y: z\r\n{Close}", null),
        ("a byte above 7E in a name", $"GET /a HTTP/1.1\r\n{Host}X\u00e4: z\r\n{Close}", null),
        ("bytes in a value that are no UTF-8", $"GET /a HTTP/1.1\r\n{Host}X-Name: a\u00e4b\r\n{Close}", "X-Name: a\u00e4b"),
        ("bytes in a value that are UTF-8", $"GET /a HTTP/1.1\r\n{Host}X-Name: \u00c3\u00a4\r\n{Close}", "X-Name: \u00c3\u00a4\r\n"),
        ("a chunk extension", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}1;x=y\r\na\r\n0\r\n\r\n", "\r\n\r\n1\r\na\r\n0\r\n\r\n"),
        ("a chunk extension with a bare LF", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}1;\n\r\na\r\n0\r\n\r\n", null),
        ("a chunk size with a sign", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}+1\r\na\r\n0\r\n\r\n", null),
        ("a chunk size with 0x", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}0x1\r\na\r\n0\r\n\r\n", null),
        ("a chunk size with a blank", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}1 \r\na\r\n0\r\n\r\n", null),
        ("a chunk size that overflows", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}100000001\r\na\r\n0\r\n\r\n", null),
        ("a chunk that is longer than it says", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}1\r\nab\r\n0\r\n\r\n", null),
        ("a bare LF after a chunk's size", $"POST /a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n{Close}1\na\r\n0\r\n\r\n", null),
        ("no Host", $"GET /a HTTP/1.1\r\n{Close}", null),
        ("two Hosts", $"GET /a HTTP/1.1\r\n{Host}Host: evil.test\r\n{Close}", null),
        ("an invalid Host", $"GET /a HTTP/1.1\r\nHost: shop.test/x\r\n{Close}", null),
        ("a Host with a user", $"GET /a HTTP/1.1\r\nHost: a@shop.test\r\n{Close}", null),
        ("a list in Host", $"GET /a HTTP/1.1\r\nHost: shop.test, evil.test\r\n{Close}", null),
        ("an absolute address of this host", $"GET http://shop.test/a?b HTTP/1.1\r\n{Host}{Close}", "GET /a?b HTTP/1.1"),
        ("an absolute address without a path", $"GET http://shop.test?b HTTP/1.1\r\n{Host}{Close}", "GET /?b HTTP/1.1"),
        ("an absolute address of another host", $"GET http://evil.test/a HTTP/1.1\r\n{Host}{Close}", null),
        ("an absolute address with a dot segment", $"GET http://shop.test/a/../b HTTP/1.1\r\n{Host}{Close}", null),
        ("an absolute address with an encoded slash", $"GET http://shop.test/a%2Fb HTTP/1.1\r\n{Host}{Close}", null),
        ("an absolute address of another scheme", $"GET file:///etc/passwd HTTP/1.1\r\n{Host}{Close}", null),
        ("CONNECT", "CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test:443\r\n" + Close, null),
        ("OPTIONS of the whole server", $"OPTIONS * HTTP/1.1\r\n{Host}{Close}", null),
        ("GET of the whole server", $"GET * HTTP/1.1\r\n{Host}{Close}", null),
        ("a target without a slash", $"GET a/b HTTP/1.1\r\n{Host}{Close}", null),
        ("two blanks before the target", $"GET  /a HTTP/1.1\r\n{Host}{Close}", null),
        ("a blank in the target", $"GET /a b HTTP/1.1\r\n{Host}{Close}", null),
        ("no version", $"GET /a\r\n{Host}{Close}", null),
        ("a version that is none", $"GET /a HTTP/1.2\r\n{Host}{Close}", null),
        ("HTTP/2 in words", $"GET /a HTTP/2.0\r\n{Host}{Close}", null),
        ("a method with a bracket", $"G(T /a HTTP/1.1\r\n{Host}{Close}", null),
        ("empty lines before the request", $"\r\n\r\nGET /a HTTP/1.1\r\n{Host}{Close}", "GET /a HTTP/1.1"),
        ("a request line of 9,000 bytes", $"GET /{new string('a', 9000)} HTTP/1.1\r\n{Host}{Close}", null),
        ("a header of 40,000 bytes", $"GET /a HTTP/1.1\r\n{Host}X: {new string('a', 40_000)}\r\n{Close}", null),
        ("a header of 140,000 bytes", $"GET /a HTTP/1.1\r\n{Host}X: {new string('a', 140_000)}\r\n{Close}", null),
        ("200 headers", $"GET /a HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: y\r\n"))}{Close}", null),
        ("Connection names Content-Length", $"POST /a HTTP/1.1\r\n{Host}Content-Length: 1\r\nConnection: close, Content-Length\r\n\r\na", null),
        ("Connection names Host", $"GET /a HTTP/1.1\r\n{Host}Connection: close, host\r\n\r\n", null),
        ("Connection names a header", $"GET /a HTTP/1.1\r\n{Host}X-Hop: 1\r\nX-Far: 2\r\nConnection: close, x-hop\r\n\r\n", "X-Far: 2"),
        ("Connection names a header, on another line", $"GET /a HTTP/1.1\r\n{Host}X-Hop: 1\r\nX-Far: 2\r\nConnection: x-hop\r\n{Close}", "X-Far: 2"),
        ("Keep-Alive, TE and Proxy headers", $"GET /a HTTP/1.1\r\n{Host}Keep-Alive: 5\r\nTE: trailers\r\nProxy-Connection: x\r\nX-Far: 2\r\n{Close}", "X-Far: 2"),
    ];

    /// <summary>Fields of HTTP/2; what is not among them is as in <see cref="Plain"/>. Passes as above.</summary>
    internal static readonly (string What, (string Name, string Value)[] Fields, string? Body, string? Passes)[] Http2 =
    [
        ("no :path", [Plain[0], Plain[1], Plain[2]], null, null),
        ("no :method", [Plain[1], Plain[2], Plain[3]], null, null),
        ("no :scheme", [Plain[0], Plain[2], Plain[3]], null, null),
        ("neither :authority nor Host", [Plain[0], Plain[1], Plain[3]], null, null),
        ("an empty :path", [Plain[0], Plain[1], Plain[2], (":path", "")], null, null),
        ("two :path", [.. Plain, (":path", "/b")], null, null),
        ("two :authority", [.. Plain, (":authority", "evil.test")], null, null),
        ("an unknown pseudo-header", [.. Plain, (":proto", "x")], null, null),
        ("a pseudo-header of answers", [.. Plain, (":status", "200")], null, null),
        ("a pseudo-header after others", [Plain[0], Plain[1], Plain[2], ("x", "y"), Plain[3]], null, null),
        ("an absolute address in :path", [Plain[0], Plain[1], Plain[2], (":path", "http://evil.test/a")], null, null),
        ("a :path without a slash", [Plain[0], Plain[1], Plain[2], (":path", "a/b")], null, null),
        ("* in :path", [Plain[0], Plain[1], Plain[2], (":path", "*")], null, null),
        ("OPTIONS and * in :path", [(":method", "OPTIONS"), Plain[1], Plain[2], (":path", "*")], null, null),
        ("a user in :authority", [Plain[0], Plain[1], (":authority", "a@shop.test"), Plain[3]], null, null),
        ("a slash in :authority", [Plain[0], Plain[1], (":authority", "shop.test/x"), Plain[3]], null, null),
        ("another Host than :authority", [.. Plain, ("host", "evil.test")], null, "Host: shop.test\r\n"),
        ("Host in the place of :authority", [Plain[0], Plain[1], Plain[3], ("host", "shop.test")], null, "Host: shop.test\r\n"),
        (":scheme of the other kind", [Plain[0], (":scheme", "https"), Plain[2], Plain[3]], null, null),
        ("a line in :method", [(":method", "GET /x HTTP/1.1\r\nX: y"), Plain[1], Plain[2], Plain[3]], null, null),
        ("CONNECT to a host", [(":method", "CONNECT"), (":authority", "shop.test:443")], null, null),
        ("CONNECT with a path", [(":method", "CONNECT"), Plain[1], Plain[2], Plain[3]], null, null),
        ("an upper-case name", [.. Plain, ("X-Upper", "y")], null, null),
        ("a blank in a name", [.. Plain, ("x y", "z")], null, null),
        ("a colon in a name", [.. Plain, ("x:y", "z")], null, null),
        ("an empty name", [.. Plain, ("", "z")], null, null),
        ("CR and LF in a name", [.. Plain, ("x\r\ny", "z")], null, null),
        ("CR and LF in a value", [.. Plain, ("x", "a\r\nTransfer-Encoding: chunked")], null, null),
        ("LF in a value", [.. Plain, ("x", "a\nb")], null, null),
        ("NUL in a value", [.. Plain, ("x", "a\0b")], null, null),
        ("Connection", [.. Plain, ("connection", "close")], null, null),
        ("Keep-Alive", [.. Plain, ("keep-alive", "5")], null, null),
        ("Proxy-Connection", [.. Plain, ("proxy-connection", "close")], null, null),
        ("Upgrade", [.. Plain, ("upgrade", "websocket")], null, null),
        ("Transfer-Encoding", [Post, .. Plain[1..], ("transfer-encoding", "chunked")], "0\r\n\r\n", null),
        ("TE that is not trailers", [.. Plain, ("te", "gzip")], null, null),
        ("a Content-Length that is too long", [Post, .. Plain[1..], ("content-length", "5")], "ab", null),
        ("a Content-Length that is too short", [Post, .. Plain[1..], ("content-length", "1")], "ab", null),
        ("two Content-Lengths", [Post, .. Plain[1..], ("content-length", "2"), ("content-length", "3")], "ab", null),
        ("a Content-Length with a sign", [Post, .. Plain[1..], ("content-length", "+2")], "ab", "Content-Length: 2\r\n"),
        ("cookies in pieces", [.. Plain, ("cookie", "a=1"), ("cookie", "b=2")], null, "Cookie: a=1; b=2\r\n"),
        ("a header of 40,000 bytes", [.. Plain, ("x", new string('a', 10_000)), ("y", new string('a', 10_000)), ("z", new string('a', 13_000))], null, null),
        ("200 headers", [.. Plain, .. Enumerable.Range(0, 200).Select(i => ($"x-{i}", "y"))], null, null),
    ];

    private static (string, string)[] Plain => [(":method", "GET"), (":scheme", "http"), (":authority", "shop.test"), (":path", "/a")];

    private static (string, string) Post => (":method", "POST");

    public static TheoryData<int, string> Http2Cases => [.. Http2.Select((row, i) => (i, row.What))];

    public static TheoryData<int, string> Http1Cases => [.. Http1.Select((row, i) => (i, row.What))];

    [Theory]
    [MemberData(nameof(Http1Cases))]
    public async Task Request_OverHttp1_IsRefusedOrReachesTheSideCanonical(int index, string what)
    {
        var (_, request, passes) = Http1[index];
        one.Host.Origin.Requests.Clear();

        var answer = await Wire.SendAsync(one.Host.Gateway.Url, request);

        if (passes is null)
        {
            Assert.True(Wire.Status(answer) is (>= 400 and < 500) or 505, $"{what}: {answer} {string.Join("\n", one.Host.Origin.Requests)}");
            Assert.Empty(one.Host.Origin.Requests);
            return;
        }

        Assert.True(Wire.Status(answer) == 200, $"{what}: {answer}");
        var received = Assert.Single(one.Host.Origin.Requests);
        Assert.Contains(passes, received, StringComparison.Ordinal);
        Assert.All(
            ["X-Hop", "Keep-Alive", "TE:", "Proxy-", "+", ";x=y", "cHuNkEd", "~"],
            leniency => Assert.DoesNotContain(leniency, received, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', received.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Http2Cases))]
    public async Task Request_OverHttp2_IsRefusedOrReachesTheSideCanonical(int index, string what)
    {
        var (_, fields, body, passes) = Http2[index];
        one.Host.Origin.Requests.Clear();

        var answer = await Wire.SendHttp2Async(one.Host.Gateway.SecondUrl, fields, body);

        if (passes is null)
        {
            Assert.True(answer is "RST_STREAM" or "GOAWAY" or ['4', ..], $"{what}: {answer} {string.Join("\n", one.Host.Origin.Requests)}");
            Assert.Empty(one.Host.Origin.Requests);
            return;
        }

        Assert.True(answer == "200", $"{what}: {answer}");
        Assert.Contains(passes, Assert.Single(one.Host.Origin.Requests), StringComparison.Ordinal);
    }

    public sealed class OneHost : IAsyncLifetime
    {
        public BoundaryHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await BoundaryHost.StartAsync();

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
