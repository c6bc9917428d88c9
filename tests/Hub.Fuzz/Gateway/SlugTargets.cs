using System.Text;
using Hub.Gateway.Slugs;

namespace Hub.Fuzz.Gateway;

/// <summary>The slug that a client asks for, and the lines that a table comes by.</summary>
internal static class SlugTargets
{
    private static readonly SlugClass Product = new("Product", null, null);

    private static readonly string[] Known = ["desk-lamp", "grüße", "照明", "lamps/desk.html", new('a', SlugTable.LongestSlug)];

    private static readonly string[] KnownInLower = [.. Known.Select(slug => slug.ToLowerInvariant())];

    private static readonly SlugTable Exact = Table(false), AnyCase = Table(true);

    private static readonly SlugRule Rule = new("shop", "Product", null, null, false);

    /// <summary>A slug is found where it is one of the known, letter by letter, and nowhere else.</summary>
    public static FuzzTarget Lookup { get; } = new(
        "slug-lookup",
        (byte[] input) =>
        {
            foreach (var slug in new[] { Encoding.UTF8.GetString(input), Encoding.Latin1.GetString(input), Encoding.Unicode.GetString(input) })
            {
                Assert.Equal(Known.Contains(slug, StringComparer.Ordinal), Exact.Has(slug, Rule));
                Assert.Equal(KnownInLower.Contains(slug.ToLowerInvariant(), StringComparer.Ordinal), AnyCase.Has(slug, Rule));
            }
        },
        [.. Known.Select(Encoding.UTF8.GetBytes), Encoding.Unicode.GetBytes("照明"), [0x3d, 0xd8], []]);

    /// <summary>Lines are a table or are refused; a table is written and read back the same.</summary>
    public static FuzzTarget Lines { get; } = new(
        "slug-lines",
        (byte[] input) =>
        {
            SlugTable table;
            try
            {
                table = SlugLines.ReadAsync(new MemoryStream(input), Exact, false, CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (InvalidDataException)
            {
                return;
            }

            using var written = new MemoryStream();
            SlugLines.Write(written, table);
            written.Position = 0;
            var again = SlugLines.ReadAsync(written, null, false, CancellationToken.None).GetAwaiter().GetResult();
            Assert.Equal(table.Position, again.Position);
            Assert.Equal(table.All().OrderBy(slug => slug.Slug, StringComparer.Ordinal), again.All().OrderBy(slug => slug.Slug, StringComparer.Ordinal));
        },
        "{\"position\":\"a.1\",\"whole\":true}\n[\"a\",\"Product\",\"1\",null,\"de\"]\n1\n"u8.ToArray(),
        "{\"position\":\"a.2\",\"whole\":false}\n[\"desk-lamp\"]\n[\"b\",\"Category\",null,\"2\",null]\n2\n"u8.ToArray());

    private static SlugTable Table(bool ignoreCase) =>
        SlugTable.Build(ignoreCase, "a.1", Known.Select(slug => (slug, new SlugEntry(Product, "1"))));
}
