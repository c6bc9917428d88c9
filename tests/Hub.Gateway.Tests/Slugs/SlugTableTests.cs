using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Hub.Gateway.Slugs;

namespace Hub.Gateway.Tests.Slugs;

/// <summary>Not beside other tests: one of them looks at the memory of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class SlugTableTests
{
    private static readonly SlugClass Product = new("Product", null, null), Category = new("Category", "2", "de");

    [Theory]
    [InlineData("desk-lamp", "Product", null, null, true)]
    [InlineData("desk-lamp", "product", null, null, true)]
    [InlineData("desk-lamp", "Category", null, null, false)]
    [InlineData("Desk-Lamp", "Product", null, null, false)]
    [InlineData("desk-lam", "Product", null, null, false)]
    [InlineData("desk-lamps", "Product", null, null, false)]
    [InlineData("", "Product", null, null, false)]
    [InlineData("leuchten/tisch", "Category", "2", "de", true)]
    [InlineData("leuchten/tisch", "Category", "2", "DE", true)]
    [InlineData("leuchten/tisch", "Category", "1", null, false)]
    [InlineData("leuchten/tisch", "Category", null, "fr", false)]
    [InlineData("grüße", "Product", null, null, true)]
    [InlineData("gru\u0308ße", "Product", null, null, false)]
    [InlineData("照明", "Product", null, null, true)]
    [InlineData("\ud83d", "Product", null, null, false)]
    public void Has_Slug_IsComparedLetterByLetter(string slug, string kind, string? store, string? language, bool taken) =>
        Assert.Equal(taken, Table(false).Has(slug, Rule(kind, store, language)));

    [Theory]
    [InlineData("DESK-lamp", true)]
    [InlineData("GRÜßE", true)]
    [InlineData("desk_lamp", false)]
    public void Has_IgnoringCase_TakesBoth(string slug, bool taken) => Assert.Equal(taken, Table(true).Has(slug, Rule("Product")));

    [Fact]
    public void Has_SlugOfSeveralStores_IsEachOfThem()
    {
        var table = SlugTable.Build(false, "1", [("lamps", new SlugEntry(Product, "1")), ("lamps", new SlugEntry(Category, "9"))]);

        Assert.True(table.Has("lamps", Rule("Product")));
        Assert.True(table.Has("lamps", Rule("Category", "2")));
        Assert.False(table.Has("lamps", Rule("Topic")));
    }

    [Fact]
    public void With_Changes_HidesWhatWas()
    {
        var table = Table(false).With("2", Changes(("desk-lamp", Category), ("new", Product), ("grüße", null)));

        Assert.Equal("2", table.Position);
        Assert.False(table.Has("desk-lamp", Rule("Product")));
        Assert.True(table.Has("desk-lamp", Rule("Category")));
        Assert.True(table.Has("new", Rule("Product")));
        Assert.False(table.Has("grüße", Rule("Product")));
        Assert.True(table.Has("照明", Rule("Product")));
    }

    // Whatever comes, in whatever order: the same as a plain dictionary, over the building anew of the arrays too.
    [Fact]
    public void With_RandomHistories_AgreesWithADictionary() =>
        Gen.Select(Gen.Int[0, 9000], Gen.Int[0, 2]).Array[0, 200].Array[1, 60].Sample(
            batches =>
            {
                var table = SlugTable.Build(false, "0", []);
                var known = new Dictionary<string, SlugClass?>();
                foreach (var batch in batches)
                {
                    var changes = batch.Select(change => ($"slug-{change.Item1}", change.Item2 switch { 0 => null, 1 => Product, _ => Category })).ToArray();
                    foreach (var (slug, kind) in changes)
                    {
                        known[slug] = kind;
                    }

                    table = table.With("n", Changes(changes));
                }

                return known.All(slug =>
                    table.Has(slug.Key, Rule("Product")) == (slug.Value == Product) && table.Has(slug.Key, Rule("Category")) == (slug.Value == Category))
                    && !table.Has("slug-10000", Rule("Product"));
            },
            iter: 5);

    [Fact]
    public void Has_LookedUpOften_AllocatesNothing()
    {
        var (table, rule) = (Table(true), Rule("Product"));
        table.Has("desk-lamp", rule);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            table.Has("desk-lamp", rule);
            table.Has("nobody-knows-it", rule);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Build_AMillionSlugs_FitsIntoTheStatedMemory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var table = SlugTable.Build(false, "1", Enumerable.Range(0, 1_000_000).Select(
            i => (Name(i), new SlugEntry(Product, $"{i}"))));
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.True(table.Has(Name(4711), Rule("Product")));
        Assert.InRange(bytes, long.MinValue, 85_000_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"position\":\"a.1\",\"whole\":true}\n[\"a\",\"Product\",null,null,null]\n")]
    [InlineData("{\"position\":\"a.1\",\"whole\":true}\n[\"a\",\"Product\",null,null,null]\n2\n")]
    [InlineData("{\"position\":\"a.1\",\"whole\":true}\n[1]\n1\n")]
    [InlineData("{\"position\":\"a.1\",\"whole\":true}\nnonsense\n1\n")]
    [InlineData("{\"position\":\"a.1\",\"whole\":false}\n[\"a\"]\n1\n")]
    public async Task Read_CutOrWrongLines_AreNoTable(string lines) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => SlugLines.ReadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(lines)), null, false, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Read_WhatWasWritten_IsTheSameTable()
    {
        using var stream = new MemoryStream();
        SlugLines.Write(stream, Table(false).With("7", Changes(("new", Category))));
        stream.Position = 0;

        var table = await SlugLines.ReadAsync(stream, null, false, TestContext.Current.CancellationToken);

        Assert.Equal(("7", 5), (table.Position, table.Count));
        Assert.True(table.Has("照明", Rule("Product")));
        Assert.True(table.Has("leuchten/tisch", Rule("Category", "2", "de")));
        Assert.Equal("17", table.All().Single(slug => slug.Slug == "desk-lamp").Entry.Id);
    }

    private static string Name(int number) => $"a-name-of-a-product-that-is-lengthy-{number:0000000}";

    private static SlugTable Table(bool ignoreCase) => SlugTable.Build(ignoreCase, "1",
    [
        ("desk-lamp", new SlugEntry(Product, "17")),
        ("leuchten/tisch", new SlugEntry(Category, "3")),
        ("grüße", new SlugEntry(Product, "18")),
        ("照明", new SlugEntry(Product, "19")),
    ]);

    private static SlugRule Rule(string kind, string? store = null, string? language = null) => new("shop", kind, store, language, false);

    private static Dictionary<string, ImmutableArray<SlugEntry>> Changes(params (string Slug, SlugClass? Kind)[] changes)
    {
        var all = new Dictionary<string, ImmutableArray<SlugEntry>>();
        foreach (var (slug, kind) in changes)
        {
            all[slug] = kind is null ? [] : [new SlugEntry(kind, "")];
        }

        return all;
    }
}
