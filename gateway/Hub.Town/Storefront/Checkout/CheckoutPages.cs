using System.Security.Cryptography;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Hub.Town.Storefront.Account;
using Hub.Town.Storefront.Carts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront.Checkout;

/// <summary>
/// New's checkout. Its form carries the id of the attempt, so that a form sent twice is one order. An order that takes
/// longer than the patience is shown as under way, on a page that looks again by itself.
/// </summary>
internal sealed class CheckoutPages(
    OrderDesk desk, AttemptStore attempts, CartClient carts, Accounts accounts, Frames frames, LegacyLink legacy, TimeProvider time, TimeSpan patience)
{
    public void Map(WebApplication app)
    {
        app.MapGet("/checkout", Show);
        app.MapPost("/checkout", Post);
        app.MapGet("/checkout/done/{number}", ShowDone);
        app.MapPost("/payment/callback", TakePayment);
    }

    public static string DrawAttempt() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The attempt as it is when it ends, or after the wait.</summary>
    public async Task<Attempt> Place(Attempt attempt, TimeSpan wait)
    {
        try
        {
            return await desk.Place(attempt).WaitAsync(wait, time);
        }
        catch (TimeoutException)
        {
            return attempts.Find(attempt.Id)!;
        }
    }

    private async Task Show(HttpContext http)
    {
        var key = Shopper.Of(http.Request).Key;
        var asked = http.Request.Query["attempt"].ToString();
        var attempt = key is null ? null : asked.Length > 0 ? attempts.Find(asked) : attempts.OpenOf(key);
        await (attempt is null || attempt.Key != key ? ShowForm(http, DrawAttempt(), null)
            : attempt.State == AttemptState.Refused ? ShowForm(http, DrawAttempt(), attempt.Problem)
            : ShowAttempt(http, attempt));
    }

    private async Task Post(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var shopper = Shopper.Of(http.Request);
        var id = form["attempt"].ToString();
        if (!FormTokens.Check(http, form) || shopper.Key is not { } key || !IsAttempt(id, key))
        {
            await frames.ShowNotFound(http);
            return;
        }

        var ship = new ShipTo(
            form["name"].ToString(), form["street"].ToString(), form["city"].ToString(), form["zip"].ToString(), form["country"].ToString());
        var email = (await accounts.Find(shopper.Account, http.RequestAborted))?.Email ?? form["email"].ToString();
        if (ship.Problem() is { } problem)
        {
            await ShowForm(http, id, problem);
        }
        else if (!email.Contains('@', StringComparison.Ordinal))
        {
            await ShowForm(http, id, "An e-mail address is needed.");
        }
        else
        {
            var attempt = new Attempt(attempts.Following(id), key, shopper.Account, email, ship);
            await ShowAttempt(http, await Place(attempt, patience));
        }
    }

    private Task ShowAttempt(HttpContext http, Attempt attempt) => attempt switch
    {
        { State: AttemptState.Placed } => Frames.GoTo(http, $"/checkout/done/{attempt.Order}"),
        { State: AttemptState.Refused, Lines: [] } => Frames.GoTo(http, "/cart"),
        { State: AttemptState.Refused } => Frames.GoTo(http, Look(attempt)),
        _ => ShowUnderWay(http, attempt),
    };

    private static string Look(Attempt attempt) => $"/checkout?attempt={attempt.Id}";

    private async Task ShowForm(HttpContext http, string attempt, string? problem)
    {
        var shopper = Shopper.Of(http.Request);
        var cart = shopper.Key is null ? null : await carts.Read(shopper.Key, http.RequestAborted);
        if (cart is not { Lines.Count: > 0 })
        {
            await Frames.GoTo(http, "/cart", StatusCodes.Status302Found);
            return;
        }

        var email = (await accounts.Find(shopper.Account, http.RequestAborted))?.Email;
        var hidden = Html.Of($"""{FormTokens.Hidden(http)}<input type="hidden" name="attempt" value="{attempt}">""");
        var frame = await frames.Of(http, cart.Lines.Count, cart.Total);
        await ShopPage.WriteAsync(
            http, frame, "Checkout", CheckoutPage.Form(frame, CartPages.View(cart), shopper.Name, email, hidden, problem));
    }

    private async Task ShowUnderWay(HttpContext http, Attempt attempt)
    {
        var frame = await frames.Of(http);
        await ShopPage.WriteAsync(
            http,
            frame,
            "Your order",
            Html.Of($"""
                <meta http-equiv="refresh" content="2; url={frame.Url(Look(attempt))}">
                <h1>We are placing your order</h1>
                <p class="placing" data-attempt="{attempt.Id}">This takes a little longer than usual. The page looks again by itself; please do not order a second time.</p>
                """));
    }

    private async Task ShowDone(HttpContext http, string number)
    {
        if (await accounts.FindOrder(number, http.RequestAborted) is not { } order)
        {
            // Neither placed here nor brought by the feed yet: legacy knows whether there is such an order.
            using var answer = await legacy.Send(http, HttpMethod.Get, $"checkout/done/{Uri.EscapeDataString(number)}");
            await LegacyLink.Relay(answer, http);
            return;
        }

        var frame = await frames.Of(http);
        await ShopPage.WriteAsync(http, frame, "Thank you", CheckoutPage.Done(frame, order.Number, order.Status, order.Total));
    }

    /// <summary>The books are legacy's, and so is the payment provider's secret.</summary>
    private async Task TakePayment(HttpContext http)
    {
        using var content = new StreamContent(http.Request.Body);
        content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        using var answer = await legacy.Send(http, HttpMethod.Post, "payment/callback", content);
        await LegacyLink.Relay(answer, http);
    }

    private bool IsAttempt(string id, string key) =>
        id.Length is > 0 and <= 64 && id.All(char.IsAsciiLetterOrDigit) && (attempts.Find(id)?.Key ?? key) == key;
}
