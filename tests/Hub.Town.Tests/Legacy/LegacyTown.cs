using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Hub.Town.Legacy;
using Hub.Town.Legacy.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Town.Tests.Legacy;

/// <summary>A legacy shop without a hub, on a folder and a port of its own.</summary>
public sealed class LegacyTown : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("legacy").FullName;
    private WebApplication? _shop;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Draw()}/");

    internal LegacyDatabase Database => _shop!.Services.GetRequiredService<LegacyDatabase>();

    public async ValueTask InitializeAsync()
    {
        var addresses = new TownAddresses(
            Address, Address, Address, Address, Address, Address, Address, Address, Address, Address, Address, Address);
        _shop = LegacyShop.Build(new TownContext(_folder, TimeProvider.System, 1, Address, addresses, NullLoggerFactory.Instance), Address);
        await _shop.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task RestartAsync()
    {
        await _shop!.DisposeAsync();
        await InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _shop!.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A browser that keeps cookies and follows no redirect.</summary>
    public HttpClient Browser(bool cookies = true) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = cookies }) { BaseAddress = Address };
}

internal static class BrowserSteps
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<IHtmlDocument> Page(this HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(path, Cancelled);
        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Posts a form with the hidden fields of the page that holds it.</summary>
    public static async Task<HttpResponseMessage> Submit(
        this HttpClient browser, string page, string form, params (string Name, string Value)[] fields)
    {
        var found = (await browser.Page(page)).QuerySelector("form." + form)!;
        return await browser.Post(new Uri(found.GetAttribute("action")!).PathAndQuery,
            [.. found.QuerySelectorAll("input[type=hidden]").Select(input => (input.GetAttribute("name")!, input.GetAttribute("value")!)), .. fields]);
    }

    public static Task<HttpResponseMessage> Post(this HttpClient browser, string path, params (string Name, string Value)[] fields) =>
        browser.PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Cancelled);

    public static Task<HttpResponseMessage> LogIn(this HttpClient browser, int customer) =>
        browser.Submit("/login", "login", ("email", $"shopper{customer}@town.test"), ("password", "town"));

    public static Task<HttpResponseMessage> Add(this HttpClient browser, int product, int quantity = 1) =>
        browser.Post("/cart/add", ("productId", $"{product}"), ("quantity", $"{quantity}"));

    public static Task<HttpResponseMessage> CheckOut(this HttpClient browser) => browser.Submit(
        "/checkout", "checkout", ("name", "Anna"), ("email", "anna@town.test"), ("street", "Lane 1"), ("zip", "12345"), ("city", "Town"), ("country", "DE"));

    public static async Task<string> Text(this HttpClient browser, string path) => await browser.GetStringAsync(path, Cancelled);

    public static string? Cookie(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.FirstOrDefault(cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal)) : null;

    public static HttpClient WithPartnerKey(this HttpClient browser)
    {
        browser.DefaultRequestHeaders.Add("X-Partner-Key", "town-partner");
        return browser;
    }

    public static HttpClient WithToken(this HttpClient browser, string token)
    {
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return browser;
    }
}
