using AngleSharp.Dom;

namespace Hub.Town.Shoppers;

/// <summary>
/// The checkout. The form carries the id of the attempt, so that a form without an answer is sent again as it was and is
/// the same order; a form that was sent back is a new attempt, but only after a look whether the old one went through.
/// </summary>
internal static class CheckingOut
{
    private const string Done = "/checkout/done/";

    // Each after a fifth of a second: a minute, well past the shop's own time-outs.
    private const int MostLooks = 300;

    public static async Task CheckOut(this Shopper shopper)
    {
        var lost = false;
        await Shopper.UntilDone("checkout", async () =>
        {
            var page = await shopper.WaitForPlacing(await shopper.Browser.GetAsync("checkout", "/checkout", shopper.Cancelled, record: false));
            if (page.Location is not null)
            {
                // An order that got no answer is done by now, or the cart is empty because of it.
                return await shopper.SeeDone(page) || (lost ? await shopper.FindLost() : throw Shopper.Broken("checkout", page));
            }

            shopper.LookAtSum(page.Page);
            var (answer, unknown) = await shopper.SendUntilAnswered(Shopper.Form("checkout", page.Page, "checkout"));
            lost |= unknown;
            answer = await shopper.WaitForPlacing(answer);
            if (await shopper.SeeDone(answer))
            {
                return true;
            }

            if (answer.Status == 409)
            {
                // Certainly not taken; the lines are in the cart and the page holds the form of a new attempt.
                shopper.Browser.Stumble("checkout", answer.Page.QuerySelector(".problem")?.TextContent ?? "refused");
                return false;
            }

            // 200 is the form again, with what legacy said to an order that was under way: not taken, and filled in anew.
            var formAgain = answer.Status == 200 && answer.Page.QuerySelector("p.problem + form.checkout") is not null;
            shopper.SentBack += formAgain || answer.Status == 303 ? 1 : throw Shopper.Broken("checkout", answer);
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

    /// <summary>A page that says "we are placing your order" and wants to be asked again is asked again.</summary>
    private static async Task<ShopAnswer> WaitForPlacing(this Shopper shopper, ShopAnswer answer)
    {
        for (var i = 0; i < MostLooks && answer.Refresh is { } again; i++)
        {
            await shopper.Browser.PauseAsync(shopper.Cancelled);
            answer = await shopper.Browser.GetAsync("placing", again, shopper.Cancelled, record: false);
        }

        return answer;
    }

    /// <summary>False where the answer does not lead to the thank-you page.</summary>
    private static async Task<bool> SeeDone(this Shopper shopper, ShopAnswer answer)
    {
        if (answer.Location?.StartsWith(Done, StringComparison.Ordinal) is not true)
        {
            return false;
        }

        shopper.Browser.Record("checkout", answer);
        var page = await shopper.Open("done", answer.Location);
        var done = page.QuerySelector(".done[data-order]") ?? throw new WalkBrokenException("done: the page names no order");
        shopper.Order = done.GetAttribute("data-order");
        shopper.OrderTotal = Shopper.Amount(done, "data-order-total");
        if (shopper.OrderTotal != shopper.CartTotal)
        {
            shopper.Browser.Wonder($"the order costs {shopper.OrderTotal} and the cart said {shopper.CartTotal}");
        }

        return true;
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
