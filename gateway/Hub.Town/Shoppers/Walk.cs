using System.Globalization;

namespace Hub.Town.Shoppers;

/// <summary>A shopper's walk through the shop, from the door to the end of what they came for.</summary>
/// <remarks>
/// Reads that get no answer are asked again. A write that gets none is looked up before it is repeated, and what could be
/// done twice carries the id of its attempt: a shopper never makes two orders of one.
/// </remarks>
public static class Walk
{
    /// <param name="number">Which walk of the seed's; it also picks the customer.</param>
    /// <param name="kind">What for; by default what seed and number say.</param>
    /// <returns>The facts; a walk that could not be ended says why in <see cref="WalkFacts.Broken"/>.</returns>
    public static async Task<WalkFacts> RunAsync(
        ShopperOptions options, int number, WalkKind? kind = null, CancellationToken cancellationToken = default)
    {
        var random = new Random(unchecked((options.Seed * 1_000_003) + number));
        var drawn = random.Next(100) switch { < 40 => WalkKind.Browse, < 60 => WalkKind.Guest, < 85 => WalkKind.Customer, _ => WalkKind.App };
        var walk = kind ?? drawn;
        using var browser = new ShopBrowser(options);
        var email = walk is WalkKind.Customer or WalkKind.App
            ? string.Create(CultureInfo.InvariantCulture, $"shopper{(number % options.Customers) + 1}@town.test")
            : string.Create(CultureInfo.InvariantCulture, $"guest{number}@town.test");
        var shopper = new Shopper(browser, random, email, cancellationToken);
        string? broken = null;
        try
        {
            await (walk switch
            {
                WalkKind.Browse => Browse(shopper),
                WalkKind.Guest => Guest(shopper),
                WalkKind.Customer => Customer(shopper),
                _ => AppWalk.Run(shopper),
            });
        }
        catch (WalkBrokenException why)
        {
            broken = why.Message;
        }
        catch (Exception unreadable) when (unreadable is not OperationCanceledException)
        {
            // An answer that is no page of a shop: a number that is none, JSON that isn't.
            broken = $"after {(browser.Steps is [.., var last] ? last.Name : "nothing")}: {unreadable.Message}";
        }

        return new WalkFacts(
            number, walk, [.. browser.Steps], shopper.LoggedInAs, shopper.CartLines, shopper.CartTotal,
            shopper.Order, shopper.OrderTotal, shopper.SentBack, [.. browser.Hiccups], [.. browser.Oddities], broken);
    }

    private static async Task Browse(Shopper shopper)
    {
        var product = await shopper.ToProduct();
        product = await shopper.SearchLike(product);
        product = await shopper.ToRelated(product);
        await shopper.ToTopic(product);
    }

    private static async Task Guest(Shopper shopper)
    {
        await FillCart(shopper);
        await shopper.CheckOut();
    }

    private static async Task Customer(Shopper shopper)
    {
        await shopper.Add(await shopper.ToProduct());
        await shopper.LogIn();
        await FillCart(shopper);
        await shopper.CheckOut();
        if (shopper.Order is not null)
        {
            await shopper.FindOrder();
        }

        await shopper.LogOut();
    }

    private static async Task FillCart(Shopper shopper)
    {
        var product = await shopper.ToProduct();
        await shopper.Add(product);
        if (shopper.Random.Next(2) == 0)
        {
            await shopper.Add(await shopper.ToRelated(product));
        }

        await shopper.ChangeOne(await shopper.LookAtCart("cart"));
    }
}
