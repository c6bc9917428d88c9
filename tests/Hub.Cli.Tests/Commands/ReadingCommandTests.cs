using System.Text.Json;

namespace Hub.Cli.Tests.Commands;

/// <summary>Commands that only show: each as a table and as JSON.</summary>
public sealed class ReadingCommandTests : IDisposable
{
    private readonly Hand _hand = new();

    public static TheoryData<string, string, string[]> Commands { get; } = new()
    {
        { "status", "GET /api/status",
            ["revision 1f2e3d4c.42, frozen until 2026-11-23T15:00:00+01:00", "catalog", "25 %", "gw-1", "erp answers 503", "hub connector show erp"] },
        { "group list", "GET /api/groups", ["GROUP", "catalog", "25 %", "shared", "storefront", "2/2", "2026-11-23T13:00:00+01:00", "anna"] },
        { "group show catalog", "GET /api/groups/catalog", ["home, product-page", "first quarter"] },
        { "dataset list", "GET /api/datasets", ["DATASET", "catalog", "legacy", "running", "0.4 s", "product"] },
        { "dataset show catalog", "GET /api/datasets/catalog", ["trail:17", "product 239", "wrong: product 17 is quarantined"] },
        { "order list --take 5", "GET /api/orders", ["web/1001", "shipped", "12.50 EUR"] },
        { "order show web/1001", "GET /api/orders/web/1001", ["book", "S-7", "\"channel\": \"web\""] },
        { "connector list", "GET /api/connectors", ["erp", "failing", "503"] },
        { "connector show erp", "GET /api/connectors/erp", ["http://127.0.0.1:9000/"] },
        { "audit list", "GET /api/audit", ["group shift", "5 %", "25 %", "127.0.0.1"] },
        { "token list", "GET /api/tokens", ["anna", "operator"] },
        { "explain 4fA", "POST /api/explain", ["new", "share", "below the share 25 %"] },
        { "explain --path /p/42 --cookie hub=x --header X-Staff:1", "POST /api/explain", ["product-page"] },
        { "explain --order 1001 --since 2h", "GET /api/requests", ["502", "/checkout", "10.0.0.7"] },
    };

    public void Dispose() => _hand.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_Answered_PrintsTable(string line, string endpoint, string[] expected)
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers(endpoint, Answer(line));

        var typed = await _hand.TypeAsync(control, line.Split(' '));

        Assert.Equal("", typed.Error);
        Assert.Equal(0, typed.ExitCode);
        Assert.All(expected, word => Assert.Contains(word, typed.Output, StringComparison.Ordinal));
        Assert.StartsWith(endpoint, Assert.Single(control.Requests).Endpoint, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_Json_PrintsTheApisAnswer(string line, string endpoint, string[] expected)
    {
        Assert.NotEmpty(expected);
        await using var control = await ControlStandIn.StartAsync();
        var answer = Answer(line);
        control.Answers(endpoint, answer);

        var typed = await _hand.TypeAsync(control, [.. line.Split(' '), "--json"]);

        var wanted = JsonSerializer.SerializeToElement(answer, JsonSerializerOptions.Web);
        Assert.True(JsonElement.DeepEquals(wanted, JsonDocument.Parse(typed.Output).RootElement), typed.Output);
    }

    [Theory]
    [InlineData("order show web/1001")]
    [InlineData("order show web/1001 --json")]
    public async Task Order_NamesBeyondAscii_AreReadable(string line)
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/orders/web/1001", Samples.OrderDetail);

        var typed = await _hand.TypeAsync(control, line.Split(' '));

        Assert.Contains("\"name\": \"Jürgen O'Neill & Søn\"", typed.Output, StringComparison.Ordinal);
        Assert.Contains("\"total\": \"12.50 €\"", typed.Output, StringComparison.Ordinal);
        Assert.Contains("+00:00", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_Path_SendsMethodPathAndHeaders()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("POST /api/explain", Samples.Explain);

        await _hand.TypeAsync(
            control, "explain", "--path", "/p?x=1", "--method", "POST", "--cookie", "a=1", "--cookie", "b=2", "--header", "X-Staff: yes");

        var body = JsonDocument.Parse(Assert.Single(control.Requests).Body).RootElement;
        Assert.Equal("POST", body.GetProperty("method").GetString());
        Assert.Equal("/p?x=1", body.GetProperty("path").GetString());
        Assert.Equal("a=1; b=2", body.GetProperty("headers").GetProperty("Cookie").GetString());
        Assert.Equal("yes", body.GetProperty("headers").GetProperty("X-Staff").GetString());
    }

    [Fact]
    public async Task Explain_Ledger_SendsItsFilters()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/requests", new[] { Samples.Ledger });

        await _hand.TypeAsync(control, "explain", "--customer", "17", "--address", "10.0.0.7", "--since", "2h");

        var query = Uri.UnescapeDataString(Assert.Single(control.Requests).Endpoint);
        Assert.Contains("customer=17", query, StringComparison.Ordinal);
        Assert.Contains("address=10.0.0.7", query, StringComparison.Ordinal);
        Assert.Contains("since=2026-11-23T10:00:00", query, StringComparison.Ordinal);
        Assert.DoesNotContain("order=", query, StringComparison.Ordinal);
    }

    private static object Answer(string line) => line.Split(' ') switch
    {
        ["status", ..] => Samples.Status,
        ["group", "list", ..] => new[] { Samples.Group },
        ["group", ..] => Samples.Group,
        ["dataset", "list", ..] => new[] { Samples.Dataset },
        ["dataset", ..] => Samples.Dataset,
        ["order", "list", ..] => new[] { Samples.Order },
        ["order", ..] => Samples.OrderDetail,
        ["connector", "list", ..] => new[] { Samples.Connector },
        ["connector", ..] => Samples.Connector,
        ["audit", ..] => new[] { Samples.Audit },
        ["token", ..] => new[] { Samples.Token },
        ["explain", "--order", ..] => new[] { Samples.Ledger },
        _ => Samples.Explain,
    };
}
