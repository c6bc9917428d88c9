using System.Globalization;
using AngleSharp.Dom;

namespace Hub.Town.Shoppers;

/// <summary>A person on the web: a browser, a mind of their own, and what they believe to have in the cart.</summary>
internal sealed class Shopper(ShopBrowser browser, Random random, string email, CancellationToken cancellationToken)
{
    private const int MostTries = 6;

    public ShopBrowser Browser => browser;

    public Random Random => random;

    public string Email => email;

    public CancellationToken Cancelled => cancellationToken;

    /// <summary>Product → quantity, as the shopper remembers it.</summary>
    public Dictionary<long, int> Cart { get; } = [];

    /// <summary>The orders that the account listed before this walk's.</summary>
    public HashSet<string> OldOrders { get; } = [];

    public string? LoggedInAs { get; set; }

    public int CartLines { get; set; }

    public decimal CartTotal { get; set; }

    public string? Order { get; set; }

    public decimal? OrderTotal { get; set; }

    public int SentBack { get; set; }

    /// <summary>Opens a page that must be there.</summary>
    public async Task<IDocument> Open(string step, string link)
    {
        var answer = await browser.GetAsync(step, browser.PathOf(link), cancellationToken);
        return answer.Status == 200 ? answer.Page : throw Broken(step, answer);
    }

    /// <summary>Sends a form, hidden fields and all.</summary>
    public Task<ShopAnswer?> Send(string step, IElement form, IEnumerable<KeyValuePair<string, string>> fields)
    {
        var hidden = form.QuerySelectorAll("input[type=hidden]")
            .Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value") ?? ""));
        return browser.WriteAsync(
            step, HttpMethod.Post, browser.PathOf(form.GetAttribute("action")!), new FormUrlEncodedContent(hidden.Concat(fields)), cancellationToken);
    }

    public static IElement Form(string step, IDocument page, string name) =>
        page.QuerySelector($"form.{name}") ?? throw new WalkBrokenException(
            $"{step}: the page has no form {name}; it says {new string([.. (page.Body?.TextContent ?? "").Trim().Take(100)])}");

    /// <summary>One of the links that the selector finds.</summary>
    public string Pick(string step, IDocument page, string selector)
    {
        var links = page.QuerySelectorAll(selector);
        return links.Length == 0
            ? throw new WalkBrokenException($"{step}: the page has no {selector}")
            : links[random.Next(links.Length)].GetAttribute("href")!;
    }

    /// <summary>Tries until it is done, a few times; each try looks first whether the one before went through.</summary>
    public static async Task UntilDone(string step, Func<Task<bool>> tryOnce)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await tryOnce())
            {
                return;
            }
        }

        throw new WalkBrokenException($"{step}: not done after {MostTries} tries");
    }

    public static WalkBrokenException Broken(string step, ShopAnswer answer) => new($"{step}: answered {answer.Status} {answer.Location}".TrimEnd());

    public static long Number(IElement element, string attribute) => long.Parse(element.GetAttribute(attribute)!, CultureInfo.InvariantCulture);

    public static decimal Amount(IElement element, string attribute) => decimal.Parse(element.GetAttribute(attribute)!, CultureInfo.InvariantCulture);
}
