using AngleSharp.Dom;

namespace Hub.Town.Shoppers;

/// <summary>Log-in, the account's page, log-out.</summary>
internal static class UsingAccount
{
    private const string Password = "town";

    /// <summary>Logs in. Without an answer, the account's page tells whether it worked. A guest's cart must come along.</summary>
    public static async Task LogIn(this Shopper shopper)
    {
        await Shopper.UntilDone("login", async () =>
        {
            var page = await shopper.LookUp("/login");
            var answer = await shopper.Send(
                "login", Shopper.Form("login", page, "login"), [new("email", shopper.Email), new("password", Password)]);
            if (answer is null)
            {
                var account = await shopper.Browser.GetAsync("look-up", "/account", shopper.Cancelled, record: false);
                return shopper.Browser.RecordIf(account.Status == 200, "login", 303);
            }

            if (answer is { Status: 303, Location: "/login" })
            {
                shopper.SentBack++;
                return false;
            }

            shopper.Browser.Record("login", answer);
            return answer.Status == 303 ? true : throw Shopper.Broken("login", answer);
        });
        var account = await shopper.Open("account", "/account");
        shopper.LoggedInAs = account.QuerySelector("[data-customer]")?.GetAttribute("data-customer");
        shopper.OldOrders.UnionWith(Orders(account));
        await shopper.CartCameAlong();
    }

    /// <summary>Looks at the account until it lists the walk's order.</summary>
    public static async Task FindOrder(this Shopper shopper)
    {
        var listed = await shopper.Open("orders", "/account");
        for (var i = 0; i < 50 && !Orders(listed).Contains(shopper.Order!); i++)
        {
            await shopper.Browser.PauseAsync(shopper.Cancelled);
            listed = await shopper.LookUp("/account");
        }

        if (!Orders(listed).Contains(shopper.Order!))
        {
            shopper.Browser.Wonder("the account does not list the order");
        }
    }

    public static async Task LogOut(this Shopper shopper)
    {
        await Shopper.UntilDone("logout", async () =>
        {
            var account = await shopper.Browser.GetAsync("look-up", "/account", shopper.Cancelled, record: false);
            if (account.Status == 302)
            {
                return shopper.Browser.RecordIf(true, "logout", 303);
            }

            var answer = await shopper.Send("logout", Shopper.Form("logout", account.Page, "logout"), []);
            return shopper.Browser.RecordIf(answer is { Status: 303, Location: "/" }, "logout", 303, answer?.Side);
        });
        var home = await shopper.Open("logged out", "/");
        if (home.QuerySelector("[data-customer]") is not null)
        {
            shopper.Browser.Wonder("a name is shown after the log-out");
        }
    }

    public static IEnumerable<string> Orders(IDocument account) =>
        account.QuerySelectorAll(".orders [data-order]").Select(row => row.GetAttribute("data-order")!);

    private static async Task CartCameAlong(this Shopper shopper)
    {
        var (lines, _) = FillingCart.Read(await shopper.Open("cart of the account", "/cart"));
        foreach (var (product, quantity) in shopper.Cart)
        {
            if (lines.GetValueOrDefault(product) < quantity)
            {
                shopper.Browser.Wonder("a guest's line did not come along at the log-in");
            }
        }

        // The account may have had a cart already: that one stands, with the guest's in it.
        shopper.Cart.Clear();
        foreach (var (product, quantity) in lines)
        {
            shopper.Cart[product] = quantity;
        }
    }
}
