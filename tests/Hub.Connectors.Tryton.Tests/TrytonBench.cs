using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Configuration;
using Hub.Connectors.Tryton.Sales;
using Hub.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>A connector to a real Tryton, and a look into it beside the connector's ports.</summary>
internal sealed class TrytonBench : IAsyncDisposable
{
    private readonly string _password = Path.GetTempFileName();
    private readonly ServiceProvider _services;

    /// <param name="address">Null: the server that all tests share.</param>
    /// <param name="change">Changes the connector's services.</param>
    public TrytonBench(string? address = null, Func<TrytonOptions, TrytonOptions>? with = null, string password = "hub-town-secret", Action<IServiceCollection>? change = null)
    {
        File.WriteAllText(_password, password);
        Options = new TrytonOptions
        {
            Vendor = "tryton",
            Address = new Uri(address ?? TestServers.Tryton),
            User = "hub",
            Password = Secret.TryParse($"file:{_password}", out var secret) ? secret : default,
            Timeout = TimeSpan.FromMinutes(2),
        };
        Options = with is null ? Options : with(Options);
        var services = new ServiceCollection().AddLogging().AddTryton(Options);
        change?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TrytonOptions Options { get; }

    public IOrderBooking Booking => Port<IOrderBooking>();

    public TPort Port<TPort>()
        where TPort : notnull => _services.GetRequiredService<TPort>();

    /// <summary>An order with a key that no other test has.</summary>
    public static Order Order(string? name = null, params (string Sku, int Quantity, decimal Price)[] lines)
    {
        lines = lines.Length > 0 ? lines : [("S1", 2, 9.95m)];
        var id = Guid.NewGuid().ToString("N");
        var key = OrderKey.Parse($"web/{id}");
        return new Order(
            key, id[..8], DateTimeOffset.UnixEpoch.AddYears(57), new Contact($"{id}@town.test", name ?? "A. Buyer"),
            [.. lines.Select(line => new OrderLine(Sku.Parse(line.Sku), $"Article {line.Sku}", line.Quantity, new Money(line.Price, "USD")))],
            new Money(lines.Sum(line => line.Quantity * line.Price), "USD"),
            new Address(name ?? "A. Buyer", "Main 1", "Berlin", "10115", "DE"));
    }

    public Task<T> AskAsync<T>(Func<TrytonTalk, Task<T>> ask) => DoneAsync(Port<TrytonCalls>().RunAsync(ask, Cancel));

    /// <summary>Writes a record's fields, as a person does.</summary>
    public async Task WriteAsync(string model, int id, JsonObject values)
    {
        var calls = Port<TrytonCalls>();
        await calls.CallAsync(
            $"model.{model}.write", [TrytonJson.List([id]), values, JsonObject.Create(await calls.ContextAsync(Cancel))], Cancel);
    }

    public static async Task<T> DoneAsync<T>(Task<CallOutcome<T>> call) => await call switch
    {
        CallOutcome<T>.Done done => done.Value,
        var other => throw new InvalidOperationException($"It was not done: {other}"),
    };

    public Task<TrytonSale[]> SalesAsync(OrderKey key) => AskAsync(talk => new TrytonSales(talk, Options).FindAllAsync(key));

    /// <summary>A new article that nobody else sells, with stock in the only warehouse.</summary>
    public async Task<string> MakeArticleAsync(int stock)
    {
        var code = TestServers.RandomName("t");
        await AskAsync(async talk =>
        {
            var like = Assert.Single(await talk.SearchAsync("product.product", [TrytonJson.Where("code", "=", "S1")], ["default_uom", "account_category"]));
            var template = await talk.CreateAsync("product.template", new JsonObject
            {
                ["name"] = code,
                ["type"] = "goods",
                ["salable"] = true,
                ["list_price"] = TrytonJson.Of(5),
                ["default_uom"] = like.GetProperty("default_uom").GetInt32(),
                ["sale_uom"] = like.GetProperty("default_uom").GetInt32(),
                ["account_category"] = like.GetProperty("account_category").GetInt32(),
                ["cost_price_method"] = "fixed",
                ["products"] = new JsonArray { new JsonArray { "create", new JsonArray { new JsonObject { ["suffix_code"] = code, ["cost_price"] = TrytonJson.Of(1) } } } },
            });
            var product = Assert.Single(await talk.SearchAsync("product.product", [TrytonJson.Where("template", "=", template)], ["code"]));
            Assert.Equal(code, product.GetProperty("code").GetString());
            var inventory = await talk.CreateAsync("stock.inventory", new JsonObject
            {
                ["location"] = await talk.IdOfAsync("stock.location", "code", "STO"),
                ["lines"] = new JsonArray
                {
                    new JsonArray { "create", new JsonArray { new JsonObject { ["product"] = product.GetProperty("id").GetInt32(), ["quantity"] = stock } } },
                },
            });
            await talk.ActAsync("stock.inventory", "confirm", inventory);
            return product;
        });
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        File.Delete(_password);
    }
}
