using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hub.Town.Storefront.Account;

/// <summary>
/// Sends one of legacy's forms as the customer's browser would: takes a page of legacy's for its antiforgery token and
/// cookies, then posts.
/// </summary>
internal sealed partial class LegacyForm(LegacyLink legacy)
{
    /// <summary>Where legacy redirects, the customer is sent too, with legacy's cookies.</summary>
    /// <returns>False where legacy did not redirect: it did not take what the form said. Nothing but cookies is answered yet.</returns>
    public async Task<bool> Post(HttpContext http, string path, Dictionary<string, string> fields)
    {
        using var page = await legacy.Send(http, HttpMethod.Get, "login");
        var html = await page.EnsureSuccessStatusCode().Content.ReadAsStringAsync(http.RequestAborted);
        fields["__token"] = Token().Match(html).Groups["token"].Value;

        var given = SetCookies(page);
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await legacy.Send(http, HttpMethod.Post, path, form, Cookies(http, given));

        // What the second answer says of a cookie stands.
        foreach (var (name, line) in SetCookies(answer))
        {
            given[name] = line;
        }

        http.Response.Headers.Append("Set-Cookie", given.Values.ToArray());
        if (answer.Headers.Location is not { } location)
        {
            return false;
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.Headers.Location = location.OriginalString;
        return true;
    }

    private static Dictionary<string, string> SetCookies(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var lines)
            ? lines.ToDictionary(line => SetCookieHeaderValue.Parse(line).Name.ToString())
            : [];

    /// <summary>The customer's own cookies, with those that legacy has just given.</summary>
    private static string Cookies(HttpContext http, Dictionary<string, string> given)
    {
        var cookies = http.Request.Cookies.ToDictionary();
        foreach (var (name, line) in given)
        {
            cookies[name] = SetCookieHeaderValue.Parse(line).Value.ToString();
        }

        return string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
    }

    [GeneratedRegex("name=\"__token\" value=\"(?<token>[^\"]*)\"")]
    private static partial Regex Token();
}
