using System.Text;
using Hub.Gateway.Mirroring.Comparing;

namespace Hub.Gateway.Tests.Mirroring;

[Trait("Rule", "18")]
public sealed class ComparingTests
{
    /// <summary>Kind of body, what the one side said, what the other said, and the fields that differ; none: noise.</summary>
    public static TheoryData<string, string, string, string> Table => new()
    {
        // Noise.
        { "html", "<p class=\"a b\" id=x>Tea</p>", "<p  id='x' class='b a'>\n  Tea </p>", "" },
        { "html", "<form><input type=hidden name=__token value=abc></form>", "<form><input value=xyz name=__token type=hidden></form>", "" },
        { "html", "<meta name=csrf-token content=1>", "<meta name=csrf-token content=2>", "" },
        { "html", "<script nonce=a1>run()</script>", "<script nonce=b2>run()</script>", "" },
        { "html", "<p>at 2026-11-23 10:00:01</p>", "<p>at 2026-11-23T11:00:02Z</p>", "" },
        { "html", "<a href='/p?sessionid=9f8e7d6c&x=1'>p</a>", "<a href='/p?sessionid=11111111&x=1'>p</a>", "" },
        { "html", "<div id='w-3f2a9c1b8d7e6f5a'>p</div>", "<div id='w-0a1b2c3d4e5f6071'>p</div>", "" },
        { "html", "<p>a</p><!-- built 1 -->", "<p>a</p><!-- built 2 -->", "" },
        { "html", "<p>order 6f9619ff-8b86-d011-b42d-00cf4fc964ff</p>", "<p>order 00000000-8b86-d011-b42d-00cf4fc964aa</p>", "" },
        { "html", "<div class=ads>left</div><p>x</p>", "<div class=ads>right</div><p>x</p>", "" },
        { "json", "{\"a\":1.50,\"b\":[1,2]}", "{\"b\":[1,2.0],\"a\":1.5}", "" },
        { "json", "{\"tags\":[\"b\",\"a\"]}", "{\"tags\":[\"a\",\"b\"]}", "" },
        { "json", "{\"csrfToken\":\"a\",\"at\":\"2026-11-23T10:00:00Z\"}", "{\"csrfToken\":\"b\",\"at\":\"2026-11-23T10:00:05Z\"}", "" },
        { "json", "{\"debug\":{\"ms\":1}}", "{\"debug\":{\"ms\":2}}", "" },
        { "plain", "built by visit 17", "built by visit 18", "" },

        // Mismatches.
        { "html", "<p>Tea</p>", "<p>Coffee</p>", "p" },
        { "html", "<main><p class=intro>Tea</p></main>", "<main></main>", "main p.intro" },
        { "html", "<ul><li class=a>1</li><li class=b>2</li></ul>", "<ul><li class=b>2</li></ul>", "ul li.a" },
        { "html", "<a href='/one'>x</a>", "<a href='/two'>x</a>", "a @href" },
        { "html", "<p>delivered on 2026-11-23</p>", "<p>delivered on 2026-11-24</p>", "p" },
        { "html", "<script type='application/ld+json'>{\"price\":\"1\"}</script>", "<script type='application/ld+json'>{ \"price\": \"2\" }</script>", "head script[application/ld+json] $.price" },
        { "json", "{\"a\":1}", "{\"a\":\"1\"}", "$.a" },
        { "json", "{\"list\":[{\"name\":\"x\"}]}", "{\"list\":[{\"name\":\"y\"}]}", "$.list[*].name" },
        { "json", "{\"list\":[1,2]}", "{\"list\":[2,1]}", "$.list[*]" },
        { "json", "{\"list\":[1]}", "{\"list\":[1,2]}", "$.list" },
        { "json", "{\"a\":null}", "{}", "$.a" },
        { "json", "{}", "{\"a\":0}", "$.a" },
        { "json", "{}", "gone", "$" },
        { "plain", "one", "two", "body" },

        // Zero tolerance, whatever else would excuse it.
        { "html", "<b class=price>€ 9.99</b>", "<b class=price>€ 9.98</b>", ".price!" },
        { "html", "<b class=price>€ 9.99</b><b class=price>€ 1</b>", "<b class=price>€ 9.99</b>", ".price!" },
        { "html", "<p class=stock data-stock=3></p>", "<p class=stock data-stock=4></p>", "p.stock @data-stock!" },
        { "html", "<div class=ads><b class=price>1</b></div>", "<div class=ads><b class=price>2</b></div>", ".price!" },
        { "json", "{\"debug\":{\"total\":\"1.00\"}}", "{\"debug\":{\"total\":\"1.01\"}}", "$.debug.total!" },
        { "json", "{\"total\":0.1}", "{\"total\":0.10000000000000000001}", "$.total!" },
        { "json", "{\"total\":\"2026-11-23 10:00:00\"}", "{\"total\":\"2026-11-23 10:00:01\"}", "$.total!" },
    };

    private static readonly ComparisonRules Rules = new()
    {
        Ignore = Places(".ads", "$.debug", "/visit [0-9]+/"),
        Strict = Places(".price", "p.stock @data-stock", "$..total"),
        Unordered = Places("$.tags"),
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Compare_TwoBodies_TellsMismatchesFromNoise(string kind, string expected, string actual, string fields)
    {
        var type = kind == "json" ? "application/json" : $"text/{kind}; charset=utf-8";

        var found = AnswerComparer.Compare(Answered(type, expected), Answered(type, actual), Rules, "shop.test");

        Assert.Equal(fields, string.Join(", ", found.Select(mismatch => mismatch.Field + (mismatch.Strict ? "!" : "")).Distinct()));
        Assert.Empty(AnswerComparer.Compare(Answered(type, expected), Answered(type, expected), Rules, "shop.test"));
    }

    [Theory]
    [InlineData("Location", "http://shop.test/a?b=1", "/a?b=1", true)]
    [InlineData("Location", "https://shop.test/a", "http://shop.test/a", true)]
    [InlineData("Location", "http://shop.test/a", "http://elsewhere.test/a", false)]
    [InlineData("Location", "/a", "/b", false)]
    [InlineData("Content-Type", "text/html; charset=UTF-8", "text/html;charset=utf-8", true)]
    [InlineData("Content-Type", "text/html", "application/json", false)]
    [InlineData("Cache-Control", "no-store, private", "private,no-store", true)]
    [InlineData("Cache-Control", "public, max-age=60", "no-store", false)]
    [InlineData("Set-Cookie", "a=1; path=/; expires=Mon, 23 Nov 2026 10:00:00 GMT", "a=2; Path=/; expires=Tue, 24 Nov 2026 10:00:00 GMT", true)]
    [InlineData("Set-Cookie", "a=1; path=/; httponly", "a=1; path=/", false)]
    [InlineData("X-Unnamed", "1", "2", true)]
    public void Compare_TwoHeaders_ByWhatTheyMean(string name, string expected, string actual, bool agree)
    {
        var rules = Rules with { Headers = [.. Rules.Headers, "Set-Cookie"] };

        var found = AnswerComparer.Compare(new Answer(302, [new(name, expected)], [], true), new Answer(302, [new(name, actual)], [], true), rules, "shop.test");

        Assert.Equal(agree, found.Count == 0);
    }

    [Fact]
    public void Compare_OtherStatus_IsStrict() => Assert.Equal(
        new Mismatch("status", true, "200", "500"),
        Assert.Single(AnswerComparer.Compare(new Answer(200, [], [], true), new Answer(500, [], [], true), Rules, "shop.test")));

    [Fact]
    public void Compare_CompressedAnswers_UnfoldsThem()
    {
        var one = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(one, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("{\"a\":1}"u8);
        }

        var folded = new Answer(200, [new("Content-Type", "application/json"), new("Content-Encoding", "gzip")], one.ToArray(), true);

        Assert.Empty(AnswerComparer.Compare(folded, Answered("application/json", "{\"a\":1}"), Rules, ""));
        Assert.Single(AnswerComparer.Compare(folded, Answered("application/json", "{\"a\":2}"), Rules, ""));
    }

    [Fact]
    public void Compare_ManyDifferences_KeepsTheStrictOnes()
    {
        var (one, other) = (Enumerable.Range(0, 100).ToDictionary(i => $"f{i}", i => i), Enumerable.Range(0, 100).ToDictionary(i => $"f{i}", i => i + 1));
        (one["total"], other["total"]) = (1, 2);

        var found = AnswerComparer.Compare(
            Answered("application/json", System.Text.Json.JsonSerializer.Serialize(one)),
            Answered("application/json", System.Text.Json.JsonSerializer.Serialize(other)), Rules, "");

        Assert.Equal(Mismatch.Most, found.Count);
        Assert.Contains(found, mismatch => mismatch is { Field: "$.total", Strict: true });
    }

    [Fact]
    public void Compare_PageNestedWithoutEnd_ComesBack()
    {
        var deep = string.Concat(Enumerable.Repeat("<div>", 50_000));

        Assert.Single(AnswerComparer.Compare(Answered("text/html", deep), Answered("text/html", deep + "x"), Rules, ""));
    }

    [Theory]
    [InlineData("p[", false)]
    [InlineData("$.a[0]", false)]
    [InlineData("$..a..b", false)]
    [InlineData("/(a/", false)]
    [InlineData("article.product @data-price", true)]
    [InlineData("$.lines[*].price", true)]
    [InlineData("$..stock", true)]
    [InlineData("header X-Request-Id", true)]
    public void Read_Place_SaysWhatIsNone(string text, bool reads) => Assert.Equal(reads, Place.Read(text, out _) is not null);

    private static Answer Answered(string type, string body) => new(200, [new("Content-Type", type)], Encoding.UTF8.GetBytes(body), true);

    private static System.Collections.Immutable.ImmutableArray<Place> Places(params string[] texts) => [.. texts.Select(text => Place.Read(text, out _)!)];
}
