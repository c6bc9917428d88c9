using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Migration.Slugs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Migration.Tests.Slugs;

public sealed class TellSlugsTests : IAsyncDisposable
{
    private const string Town =
        """
        "Slugs": { "shop": { "Dataset": "catalog", "Target": "product", "Table": "slug",
          "Columns": { "Slug": "slug", "Kind": "kind", "Id": "entity_id", "Active": "active", "RedirectTo": "redirect_to" } } },
        """;

    private readonly TownFiles _town = new();
    private readonly MigrationPlane _plane;

    public TellSlugsTests() => _plane = new MigrationPlane(
        new MigrationOptions { Folder = _town.Folder }, (_, _) => Task.FromResult(true), OneTarget.Metrics, TimeProvider.System, NullLogger<MigrationPlane>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _plane.StopAsync(CancellationToken.None);
        _plane.Dispose();
        _town.Dispose();
    }

    [Fact]
    public async Task Table_AskedForTheFirstTime_IsToldWholeWithoutWhatIsLegacys()
    {
        Assert.Empty(await TakeAsync(Town));
        Fill("('lamp', 'Product', 17, 1, NULL)", "('/lamps/', 'Category', 3, 1, '')", "('old', 'Product', 17, 0, NULL)", "('moved', 'Product', 17, 1, 'lamp')");

        var (status, header, rows) = await AskAsync(null);

        Assert.Equal((200, true), (status, header!.Whole));
        Assert.Equal(["""["lamp","Product","17",null,null]""", """["lamps","Category","3",null,null]"""], rows.Order());
    }

    [Fact]
    public async Task Table_ThatDidNotChange_IsToldInNoWord()
    {
        await TakeAsync(Town);
        Fill("('lamp', 'Product', 17, 1, NULL)");
        var (_, header, _) = await AskAsync(null);
        _town.Write("new-product.db", "INSERT INTO topic VALUES(1, 'a', 'b')");

        Assert.Equal(204, (await AskAsync(header!.Position)).Status);
    }

    [Fact]
    public async Task Changes_SinceAPosition_AreToldAlone()
    {
        await TakeAsync(Town);
        Fill("('lamp', 'Product', 17, 1, NULL)", "('rug', 'Product', 18, 1, NULL)", "('bed', 'Product', 19, 1, NULL)");
        var (_, header, _) = await AskAsync(null);
        _town.Write("new-product.db", "UPDATE slug SET kind = 'Category' WHERE slug = 'lamp'; DELETE FROM slug WHERE slug = 'rug'; INSERT INTO slug VALUES('sofa', 'Product', 20, 1, NULL); UPDATE slug SET slug = 'cot' WHERE slug = 'bed'");

        var (_, changes, rows) = await AskAsync(header!.Position);

        Assert.False(changes!.Whole);
        Assert.Equal(["bed", "cot", "lamp", "rug", "sofa"], rows.Where(row => !row.Contains(',', StringComparison.Ordinal)).Select(row => row.Trim('[', ']', '"')).Order());
        Assert.Equal(
            ["""["cot","Product","19",null,null]""", """["lamp","Category","17",null,null]""", """["sofa","Product","20",null,null]"""],
            rows.Where(row => row.Contains(',', StringComparison.Ordinal)).Order());
        Assert.Equal(204, (await AskAsync(changes.Position)).Status);
    }

    [Fact]
    public async Task Table_OfAnotherPositionOrMadeAnew_IsToldWhole()
    {
        await TakeAsync(Town);
        Fill("('lamp', 'Product', 17, 1, NULL)");
        var (_, first, _) = await AskAsync("0000000000000000.0");
        Assert.True(first!.Whole);
        _town.Write("new-product.db", "DROP TABLE slug; CREATE TABLE slug (slug TEXT PRIMARY KEY, kind TEXT NOT NULL, entity_id INTEGER NOT NULL, active INTEGER NOT NULL, redirect_to TEXT)");
        Fill("('rug', 'Product', 18, 1, NULL)");

        var (_, again, rows) = await AskAsync(first.Position);

        Assert.True(again!.Whole);
        Assert.Contains("rug", Assert.Single(rows), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_ThatAreTooMany_AreToldAsTheWholeTableAndTheirLogIsBounded()
    {
        await TakeAsync(Town);
        var (_, header, _) = await AskAsync(null);
        _town.Write("new-product.db", "INSERT INTO slug WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT 's' || i, 'Product', i, 1, NULL FROM n");

        var (_, again, rows) = await AskAsync(header!.Position);

        Assert.True(again!.Whole);
        Assert.Equal(30_000, rows.Count);
        Assert.Equal("20000", Assert.Single(_town.Rows("new-product.db", "SELECT count(*) FROM hub_slug_changes")));
    }

    // OpenCart: query = 'product_id=42'; WordPress: percent-encoded.
    [Fact]
    public async Task Columns_OfOtherShops_AreReadAsTheyWriteThem()
    {
        await TakeAsync(Town.Replace("\"Id\": \"entity_id\",", "\"KindUntil\": \"=\", \"Encoded\": true,", StringComparison.Ordinal));
        Fill("('%e7%85%a7%e6%98%8e', 'product_id=42', 0, 1, NULL)");

        var row = JsonSerializer.Deserialize<string?[]>(Assert.Single((await AskAsync(null)).Rows))!;

        Assert.Equal(["照明", "product_id", "42", null, null], row);
    }

    [Fact]
    public async Task Table_ThatNobodyKnowsOrIsNotThereYet_IsAnsweredWithWords()
    {
        await TakeAsync(Town);

        Assert.Equal(404, (await AskAsync(null, "shpo")).Status);
        _town.Write("new-product.db", "DROP TABLE slug");
        Assert.Equal(503, (await AskAsync(null)).Status);
    }

    [Theory]
    [InlineData("\"product\"", "\"products\"", "no target 'products'")]
    [InlineData("\"slug\",\n", "\"slugs\",\n", "no table 'slugs'")]
    [InlineData("\"entity_id\"", "\"entity\"", "'entity' is none of the Columns")]
    [InlineData("\"Kind\"", "\"Knid\"", "Knid")]
    public async Task SlugTable_ThatIsWrong_IsRefusedWithWords(string good, string bad, string words)
    {
        var problems = await TakeAsync(Town.ReplaceLineEndings("\n").Replace(good, bad, StringComparison.Ordinal));

        Assert.Contains(problems, problem => problem.Contains(words, StringComparison.Ordinal));
    }

    // Nothing is fed: the rows are the test's.
    private ValueTask<ImmutableArray<string>> TakeAsync(string slugs) => _plane.TakeAsync(
        new Revision(
            new RevisionId("00000001", 1), DateTimeOffset.UnixEpoch, "",
            TownFiles.Document.Replace("\"Datasets\": {", slugs + "\"Datasets\": {", StringComparison.Ordinal).Replace("legacy.db", "nobody.db", StringComparison.Ordinal),
            ImmutableSortedDictionary<string, GroupState>.Empty, ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], new PlaneKeys([], [])),
        CancellationToken.None);

    private void Fill(params string[] rows) => _town.Write("new-product.db", $"INSERT INTO slug VALUES {string.Join(", ", rows)}");

    private async Task<(int Status, SlugHeader? Header, IReadOnlyList<string> Rows)> AskAsync(string? since, string table = "shop")
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services };
        using var body = new MemoryStream();
        http.Response.Body = body;
        await (await TellSlugs.HandleAsync(table, since, http, _plane)).ExecuteAsync(http);
        var lines = Encoding.UTF8.GetString(body.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (http.Response.StatusCode != 200)
        {
            return (http.Response.StatusCode, null, []);
        }

        Assert.Equal($"{lines.Length - 2}", lines[^1]);
        return (200, JsonSerializer.Deserialize<SlugHeader>(lines[0], JsonSerializerOptions.Web), lines[1..^1]);
    }
}
