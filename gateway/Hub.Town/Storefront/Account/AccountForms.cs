using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront.Account;

/// <summary>Log-in, log-out and the account's page. Passwords and sessions are legacy's: the forms are handed through.</summary>
internal sealed class AccountForms(Accounts accounts, LegacyForm legacy, Frames frames)
{
    public void Map(WebApplication app)
    {
        app.MapGet("/login", http => ShowLogIn(http));
        app.MapPost("/login", LogIn);
        app.MapPost("/logout", LogOut);
        app.MapGet("/account", Show);
    }

    private async Task ShowLogIn(HttpContext http, string? email = null, string? problem = null)
    {
        var frame = await frames.Of(http);
        await ShopPage.WriteAsync(http, frame, "Log in", AccountPages.LogIn(frame, FormTokens.Hidden(http), email, problem));
    }

    private async Task LogIn(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!FormTokens.Check(http, form))
        {
            await frames.ShowNotFound(http);
            return;
        }

        var email = form["email"].ToString();
        if (!await legacy.Post(http, "login", new() { ["email"] = email, ["password"] = form["password"].ToString() }))
        {
            await ShowLogIn(http, email, "That e-mail and password do not fit. Try again.");
        }
    }

    private async Task LogOut(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!FormTokens.Check(http, form) || !await legacy.Post(http, "logout", []))
        {
            await frames.ShowNotFound(http);
        }
    }

    private async Task Show(HttpContext http)
    {
        if (Shopper.Of(http.Request).Account is not { } account
            || await accounts.Find(account, http.RequestAborted) is not { } customer)
        {
            await Frames.GoTo(http, "/login", StatusCodes.Status302Found);
            return;
        }

        var orders = await accounts.Orders(account, http.RequestAborted);
        var frame = await frames.Of(http);
        await ShopPage.WriteAsync(
            http, frame, "Account", AccountPages.Account(frame, customer.Email, orders, FormTokens.Hidden(http)));
    }
}
