using System.Text.Json;

namespace Hub.Cli.Tests.Checking;

public sealed class RouteOverlapTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Theory]
    [InlineData("\"a\": \"Path=/{slug}\", \"b\": \"Path=/{name}\"", "'a' and 'b' both take ANY /hub-check")]
    [InlineData("\"a\": \"Path=/p;Methods=GET\", \"b\": \"Path=/p;Methods=GET,HEAD\"", "'a' and 'b' both take GET /p")]
    [InlineData("\"a\": \"Path=/{slug};Slug=Product\", \"b\": \"Path=/{slug};Slug=product\"", "'a' and 'b' both take")]
    public async Task Routes_OfWhichNoneComesFirst_AreRefused(string routes, string words)
    {
        var (exitCode, output) = await CheckAsync(routes);

        Assert.Equal(1, exitCode);
        Assert.Contains(words, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a\": \"Path=/{**rest};Order=0\", \"b\": \"Path=/cart;Order=1\"", "warning: hub.json:5 ReverseProxy.Routes.b: 'a' takes the requests of 'b', such as ANY /cart")]
    [InlineData("\"a\": \"Path=/index.php;Order=-1\", \"b\": \"Path=/index.php;Query=route:product/product\"", "'a' takes the requests of 'b', such as ANY /index.php?route=product/product")]
    [InlineData("\"a\": \"Path=/{slug};Order=10\", \"b\": \"Path=/{slug};Slug=Product;Order=20\"", "'a' takes the requests of 'b'")]
    public async Task Route_ThatAnotherStandsBefore_IsTold(string routes, string words)
    {
        var (exitCode, output) = await CheckAsync(routes);

        Assert.Equal(0, exitCode);
        Assert.Contains(words, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a\": \"Path=/p\", \"b\": \"Path=/p;Methods=GET\", \"c\": \"Path=/{**rest}\"")]
    [InlineData("\"a\": \"Path=/index.php;Query=route:product/product\", \"b\": \"Path=/index.php;Query=route:product/category\", \"c\": \"Path=/index.php\"")]
    [InlineData("\"a\": \"Path=/{slug};Hosts=de.shop.example\", \"b\": \"Path=/{slug};Hosts=*.shop.example\", \"c\": \"Path=/{slug}\"")]
    [InlineData("\"a\": \"Path=/{slug};Slug=Product\", \"b\": \"Path=/{slug};Slug=Category\", \"c\": \"Path=/{slug}\", \"d\": \"Path=/cart\"")]
    [InlineData("\"a\": \"Path=/{id:int}\", \"b\": \"Path=/{slug}\"")]
    public async Task Routes_ThatDiffer_AreFine(string routes)
    {
        var (exitCode, output) = await CheckAsync(routes);

        Assert.Equal((0, ""), (exitCode, output));
    }

    private async Task<(int ExitCode, string Output)> CheckAsync(string routes)
    {
        var proxy = new Dictionary<string, object>();
        var grouped = new Dictionary<string, object>();
        foreach (var (name, text) in JsonSerializer.Deserialize<Dictionary<string, string>>($"{{{routes}}}")!)
        {
            var parts = text.Split(';').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
            var match = new Dictionary<string, object> { ["Path"] = parts["Path"] };
            if (parts.TryGetValue("Methods", out var methods))
            {
                match["Methods"] = methods.Split(',');
            }

            if (parts.TryGetValue("Hosts", out var hosts))
            {
                match["Hosts"] = hosts.Split(',');
            }

            if (parts.TryGetValue("Query", out var query))
            {
                match["QueryParameters"] = new[] { new { Name = query.Split(':')[0], Values = new[] { query.Split(':')[1] } } };
            }

            proxy[name] = parts.TryGetValue("Order", out var order)
                ? new { ClusterId = "legacy", Match = match, Order = int.Parse(order, System.Globalization.CultureInfo.InvariantCulture) }
                : new { ClusterId = "legacy", Match = match };
            if (parts.TryGetValue("Slug", out var kind))
            {
                grouped[name] = new { Slug = new { Table = "shop", Kind = kind } };
            }
        }

        var catalog = JsonSerializer.Serialize(new { New = "new", Routes = grouped });
        await File.WriteAllTextAsync(
            Path.Combine(_hand.Folder, "hub.json"),
            $$"""
            { "ReverseProxy": {
                "Clusters": { "legacy": { "Destinations": { "one": { "Address": "http://127.0.0.1:1" } } }, "new": { "Destinations": { "one": { "Address": "http://127.0.0.1:2" } } } },
                "Routes": {
            {{string.Join(",\n", proxy.Select(route => $"{JsonSerializer.Serialize(route.Key)}: {JsonSerializer.Serialize(route.Value)}"))}}
              } },
              "Hub": { "Groups": { "catalog": {{catalog}} }, "Datasets": { "catalog": {
                  "Source": { "Sqlite": "a.db", "Tables": [ "U" ] },
                  "Targets": { "product": { "Sqlite": "b.db", "Tables": { "slug": { "From": "U", "Columns": { "slug": "S", "kind": "K" } } } } } } },
                "Slugs": { "shop": { "Dataset": "catalog", "Target": "product", "Table": "slug", "Columns": { "Slug": "slug", "Kind": "kind" } } } } }
            """,
            TestContext.Current.CancellationToken);
        var check = await _hand.TypeAsync("check", "--offline");
        return (check.ExitCode, check.Output);
    }
}
