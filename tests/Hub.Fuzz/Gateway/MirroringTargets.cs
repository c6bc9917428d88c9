using System.Text;
using Hub.Gateway.Mirroring.Comparing;
using Hub.Gateway.Mirroring.Crawling;
using Hub.Gateway.Mirroring.Diffs;

namespace Hub.Fuzz.Gateway;

/// <summary>Answers of the shop, which carry what customers wrote: compared, and masked before they are kept.</summary>
internal static class MirroringTargets
{
    private const string Secret = "ada@shop.test";

    private static readonly ComparisonRules Rules = new()
    {
        Ignore = [Place.Read(".ads", out _)!, Place.Read("$..debug", out _)!, Place.Read("/visit [0-9]+/", out _)!],
        Strict = [Place.Read(".price", out _)!, Place.Read("p @data-stock", out _)!, Place.Read("$.total", out _)!],
        Unordered = [Place.Read("$.tags", out _)!],
        Personal = [Place.Read(".name", out _)!, Place.Read("$.buyer", out _)!],
    };

    private static readonly string[] Seeds =
    [
        "<p class=price>1</p>|<p class=price data-x='2'>2</p>", "<ul><li>a<li>b</ul>|<ul><li>b</ul><table><b>x</table>",
        "{\"a\":[1,2.50,{\"b\":null}],\"total\":1e3}|{\"a\":[2,1],\"tags\":[\"x\"],\"total\":1000}", "{\"a\":\"\\ud800\"}|{\"\\udc00\":1}",
        "<script type=application/ld+json>{\"a\":1}</script>|<script type=application/ld+json>[]</script>", "<input name=email value=ada@shop.test>|<a href=?token=1>",
        "at 2026-11-23T10:00:00Z +49 30 123 4567|4111 1111 1111 1111 eyJhbGciOiJI.eyJz.c2ln", "<div><div><div>|</div></p><svg><style><!--</svg>",
    ];

    /// <summary>Two answers are compared without end or fault, and an answer agrees with itself.</summary>
    public static FuzzTarget Comparer { get; } = new("diff", text =>
    {
        var (one, other) = Halves(text);
        foreach (var type in new[] { "text/html", "application/json", "text/plain" })
        {
            Assert.InRange(AnswerComparer.Compare(Answered(type, one), Answered(type, other), Rules, "shop.test").Count, 0, Mismatch.Most);
            Assert.Empty(AnswerComparer.Compare(Answered(type, one), Answered(type, one), Rules, "shop.test"));
        }

        SearchView.Compare(Answered("text/html", one), Answered("text/html", other), "shop.test");
    }, Seeds);

    /// <summary>An address that stands in a page, a document or a text by itself is never kept.</summary>
    public static FuzzTarget Masker { get; } = new("mask", text =>
    {
        var masking = new Masking(Rules, ["Lovelace"]);
        Assert.DoesNotContain(Secret, masking.Text($"{text} {Secret} "), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, masking.Header("X-Any", $"{text} {Secret} "), StringComparison.Ordinal);
        foreach (var type in new[] { "text/html", "application/json", "text/plain" })
        {
            Assert.DoesNotContain(Secret, masking.Body(Answered(type, $"{text} {Secret} ")), StringComparison.Ordinal);
        }

        masking.Value(text, text);
        Place.Read(text, out _);
    }, Seeds);

    private static (string, string) Halves(string text) =>
        text.IndexOf('|', StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (text, "");

    private static Answer Answered(string type, string text) => new(200, [new("Content-Type", type)], Encoding.UTF8.GetBytes(text), true);
}
