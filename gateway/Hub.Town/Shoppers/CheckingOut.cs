using AngleSharp.Dom;

namespace Hub.Town.Shoppers;

/// <summary>
/// The checkout. The form carries the id of the attempt, so that a form without an answer is sent again as it was and is
/// the same order; a form that was sent back is a new attempt, but only after a look whether the old one went through.
/// </summary>
internal static class CheckingOut
{
    private const string Done = "/checkout/done/";

    public static async Task CheckOut(this Shopper shopper)
    {
        var lost = false;
        await Shopper.UntilDone("checkout", async () =>
        {
            var page = await shopper.Browser.GetAsync("checkout", "/checkout", shopper.Cancelled, record: false);
            if (page.Status != 200)
            {
                // An empty cart: what got no answer was an order.
                return lost ? await shopper.FindLost() : throw Shopper.Broken("checkout", page);
            }

            shopper.LookAtSum(page.Page);
            var (answer, unknown) = await shopper.SendUntilAnswered(Shopper.Form("checkout", page.Page, "checkout"));
            lost |= unknown;
            answer = await shopper.WaitForPlacing(answer);
            if (answer is { Status: 303 } && answer.Location!.StartsWith(Done, StringComparison.Ordinal))
            {
                shopper.Browser.Record("checkout", answer);
                await shopper.SeeDone(answer.Location);
                return true;
            }

            if (answer.Status != 303)
            {
                throw Shopper.Broken("checkout", answer);
            }

            shopper.SentBack++;
            return lost && await shopper.FindLost();
        });
        shopper.Cart.Clear();
        await shopper.LookAtCart("emptied");
    }

    private static void LookAtSum(this Shopper shopper, IDocument page)
    {
        var (lines, total) = FillingCart.Read(page);
        shopper.CartLines = lines.Count;
        shopper.CartTotal = total;
        if (lines.Count != shopper.Cart.Count)
        {
            shopper.Browser.Wonder($"the checkout shows {lines.Count} lines of {shopper.Cart.Count}");
        }
    }

    private static async Task<(ShopAnswer Answer, bool Unknown)> SendUntilAnswered(this Shopper shopper, IElement form)
    {
        ShopAnswer? answer = null;
        var tries = 0;
        await Shopper.UntilDone("checkout", async () =>
        {
            if (tries++ > 0)
            {
                // The shop is asked something harmless until it is there again.
                await shopper.LookUp("/");
            }

            answer = await shopper.Send("checkout", form,
            [
                new("name", shopper.LoggedInAs ?? "Guest Walker"), new("email", shopper.Email), new("street", "Long Lane 7"),
                new("zip", "12345"), new("city", "Town"), new("country", "DE"),
            ]);
            return answer is not null;
        });
        return (answer!, tries > 1);
    }

    /// <summary>A page that says "we are placing your order" and refreshes itself is waited for.</summary>
    private static async Task<ShopAnswer> WaitForPlacing(this Shopper shopper, ShopAnswer answer)
    {
        for (var i = 0; i < 120 && answer.Status == 200 && answer.Page.QuerySelector("meta[http-equiv=refresh]") is { } refresh; i++)
        {
            await shopper.Browser.PauseAsync(shopper.Cancelled);
            var link = refresh.GetAttribute("content")!.Split("url=", 2, StringSplitOptions.TrimEntries)[^1];
            answer = await shopper.Browser.GetAsync("placing", shopper.Browser.PathOf(link), shopper.Cancelled, record: false);
        }

        // The page that waits answers with the thank-you page itself or sends there.
        return answer is { Status: 302 } ? answer with { Status = 303 } : answer;
    }

    private static async Task SeeDone(this Shopper shopper, string path)
    {
        var page = await shopper.Open("done", path);
        var done = page.QuerySelector(".done[data-order]") ?? throw new WalkBrokenException("done: the page names no order");
        shopper.Order = done.GetAttribute("data-order");
        shopper.OrderTotal = Shopper.Amount(done, "data-order-total");
        if (shopper.OrderTotal != shopper.CartTotal)
        {
            shopper.Browser.Wonder($"the order costs {shopper.OrderTotal} and the cart said {shopper.CartTotal}");
        }
    }

    /// <summary>
    /// Looks for the order whose answer was lost: a customer finds it in the account; a guest with an empty cart has one,
    /// with a number that only the e-mail would tell.
    /// </summary>
    private static async Task<bool> FindLost(this Shopper shopper)
    {
        if (shopper.LoggedInAs is null)
        {
            return shopper.Browser.RecordIf(FillingCart.Read(await shopper.LookUp("/cart")).Lines.Count == 0, "checkout", 303);
        }

        var account = await shopper.LookUp("/account");
        var row = account.QuerySelectorAll(".orders [data-order]").FirstOrDefault(row => !shopper.OldOrders.Contains(row.GetAttribute("data-order")!));
        if (row is null)
        {
            return false;
        }

        shopper.Order = row.GetAttribute("data-order");
        shopper.OrderTotal = Shopper.Amount(row, "data-order-total");
        return shopper.Browser.RecordIf(true, "checkout", 303);
    }
}
