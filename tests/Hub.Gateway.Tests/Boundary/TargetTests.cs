using Hub.Gateway.Tests.Hosting;

namespace Hub.Gateway.Tests.Boundary;

/// <summary>Targets reach a side as the client wrote them, or not at all.</summary>
[Trait("Rule", "boundary")]
public sealed class TargetTests(MalformedTests.OneHost one) : IClassFixture<MalformedTests.OneHost>
{
    /// <summary>docs/boundary.md shows the same table.</summary>
    internal static readonly (string Target, bool Passes, string Why)[] Table =
    [
        ("/", true, "the home page"),
        ("/a/b.html?x=1&y=2", true, "an address"),
        ("/a-b_c~d!$&'()*+,;=:@e", true, "all that RFC 3986 lets stand in a path"),
        ("/a%2Fb", true, "an encoded slash stays one"),
        ("/a%252Fb", true, "and what was encoded twice stays so"),
        ("/a%5Cb", true, "an encoded backslash"),
        ("/%41?x=%41", true, "letters that need no encoding stay encoded, in the query too"),
        ("/%e4%E4", true, "bytes that are no UTF-8, in either case"),
        ("/%c3%a4", true, "and those that are"),
        ("/a;v=1/b;x", true, "parameters of a segment"),
        ("//a///b//", true, "empty segments"),
        ("/a?", true, "an empty query"),
        ("/a??x", true, "a question mark in the query"),
        ("/a?&&x=&=y&", true, "empty and doubled `&`"),
        ("/[a]|^", true, "what browsers leave raw in a path"),
        ("/a?[x]|^{y}`\\100%&%zz", true, "what browsers leave raw in a query, a stray `%` too"),
        ("/a?x=../../b&y=./", true, "dots in the query are no segments"),
        ("/a?x=%00", true, "an encoded NUL in the query is data"),
        ("/...", true, "three dots"),
        ("/.well-known/security.txt", true, "a name that begins with a dot"),
        ("/a..b/..c/d..", true, "dots in a name"),
        ("/a\"<b>{c}`", true, "what browsers encode and old tools do not"),
        ("/.", false, "a dot segment"),
        ("/a/../b", false, "a dot segment"),
        ("/a/./b", false, "a dot segment"),
        ("/a/..", false, "a dot segment at the end"),
        ("/a/%2e%2e/b", false, "a dot segment, encoded"),
        ("/a/.%2E/b", false, "a dot segment, half encoded"),
        ("/a/%2e", false, "a dot segment, encoded"),
        ("/a/..%2fb", false, "a dot segment before an encoded slash"),
        ("/a%2F..%2Fb", false, "a dot segment between encoded slashes"),
        ("/a%5c..%5cb", false, "a dot segment between encoded backslashes"),
        ("/a/..;x/b", false, "a dot segment with parameters, which some servers cut off first"),
        ("/a/%c0%ae%c0%ae/b", false, "a dot segment in overlong UTF-8"),
        ("/a/..?x", false, "a dot segment before the query"),
        ("/a\\b", false, "a raw backslash in the path, which some read as a slash"),
        ("/a%00b", false, "a NUL"),
        ("/a%zzb", false, "`%` without two hexadecimal digits in the path"),
        ("/a%", false, "`%` at the end of the path"),
        ("/a%u002e", false, "an encoding that only one server knows"),
        ("/a#b", false, "a fragment, which is the browser's"),
        ("/a?b#c", false, "a fragment after the query"),
        ("/a\u0001b", false, "a raw control character"),
        ("/a\tb", false, "a raw tab"),
        ("/a\u007fb", false, "a raw DEL"),
        ("/a\u00e4b", false, "a raw byte above 7E"),
        ("/a?\u00e4", false, "also in the query"),
    ];

    public static TheoryData<string, bool> Targets => [.. Table.Select(row => (row.Target, row.Passes))];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Target_OverHttp1_ReachesTheSideByteExactOrIsRefused(string target, bool passes)
    {
        one.Host.Origin.Requests.Clear();

        var answer = await Wire.SendAsync(one.Host.Gateway.Url, $"GET {target} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");

        Assert.Equal(passes ? 200 : 400, Wire.Status(answer));
        Assert.Equal(passes ? [target] : [], one.Host.Origin.Requests.Select(request => request.Split("\r\n")[0][4..^9]));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Target_OverHttp2_ReachesTheSideByteExactOrIsRefused(string target, bool passes)
    {
        one.Host.Origin.Requests.Clear();

        var answer = await Wire.SendHttp2Async(
            one.Host.Gateway.SecondUrl, [(":method", "GET"), (":scheme", "http"), (":authority", "shop.test"), (":path", target)]);

        Assert.True(passes ? answer == "200" : answer is "400" or "RST_STREAM" or "GOAWAY", answer);
        Assert.Equal(passes ? [target] : [], one.Host.Origin.Requests.Select(request => request.Split("\r\n")[0][4..^9]));
    }
}
