using BenchmarkDotNet.Attributes;
using Hub.Gateway.Slugs;

namespace Hub.Benchmarks.Slugs;

/// <summary>One slug looked up among 1,000,000: no allocation. The table itself: see <c>SlugTableTests</c> for its memory.</summary>
[MemoryDiagnoser]
public class SlugBenchmark
{
    private const int Slugs = 1_000_000;
    private readonly string[] _asked = new string[10_000];
    private readonly SlugRule _rule = new("shop", "Product", null, null, false);
    private SlugTable _table = null!;
    private int _next;

    [Params(false, true)]
    public bool IgnoreCase { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var (product, category) = (new SlugClass("Product", null, null), new SlugClass("Category", null, null));
        _table = SlugTable.Build(IgnoreCase, "1", Enumerable.Range(0, Slugs).Select(i => (Name(i), new SlugEntry(i % 20 == 0 ? category : product, $"{i}"))));
        var random = new Random(1);
        for (var i = 0; i < _asked.Length; i++)
        {
            // A tenth of what is asked for nobody knows, as crawlers ask.
            _asked[i] = Name(random.Next(Slugs * 11 / 10));
        }
    }

    /// <summary>Each call asks for another one, far from the last in memory.</summary>
    [Benchmark]
    public bool Has()
    {
        _next = _next == _asked.Length - 1 ? 0 : _next + 1;
        return _table.Has(_asked[_next], _rule);
    }

    private static string Name(int number) => $"a-name-of-a-product-that-is-lengthy-{number:0000000}";
}
