using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hub.Servers;

namespace Hub.Vendors.Tests;

/// <summary>Looks into the real Tryton without the connector: by its own JSON-RPC, as a person's client does.</summary>
internal static class TrytonLook
{
    public const string User = "hub";
    public const string Password = "hub-town-secret";

    /// <summary>Sales that have this reference and are not cancelled.</summary>
    public static async Task<int> SalesAsync(string reference)
    {
        using var http = new HttpClient { BaseAddress = new Uri(TestServers.Tryton), Timeout = TimeSpan.FromMinutes(2) };
        var session = await CallAsync(http, "common.db.login", User, new { password = Password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Session", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{session[0]}:{session[1]}")));
        string[][] domain = [["reference", "=", reference], ["state", "!=", "cancelled"]];
        var found = await CallAsync(http, "model.sale.sale.search", domain, 0, 10, null, new { });
        return found.GetArrayLength();
    }

    private static async Task<JsonElement> CallAsync(HttpClient http, string method, params object?[] parameters)
    {
        // It wants to be told the length of a body beforehand.
        var body = new StringContent(JsonSerializer.Serialize(new { id = 1, method, @params = parameters }), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("", body, TestContext.Current.CancellationToken);
        var said = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method}: {answer.StatusCode} {said}");
        using var document = JsonDocument.Parse(said);
        Assert.True(document.RootElement.TryGetProperty("result", out var result), $"{method}: {said}");
        return result.Clone();
    }
}
