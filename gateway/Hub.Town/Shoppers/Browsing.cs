using AngleSharp.Dom;

namespace Hub.Town.Shoppers;

/// <summary>Looking around by the links that the pages hold.</summary>
internal static class Browsing
{
    /// <summary>Home, a category, a product.</summary>
    public static async Task<IDocument> ToProduct(this Shopper shopper)
    {
        var home = await shopper.Open("home", "/");
        var category = await shopper.Open("category", shopper.Pick("home", home, "nav .below a"));
        return await shopper.Open("product", shopper.Pick("category", category, "a.product-link"));
    }

    /// <summary>Search for the last word of a product's name, and a product that was found.</summary>
    public static async Task<IDocument> SearchLike(this Shopper shopper, IDocument product)
    {
        var word = product.QuerySelector("h1")!.TextContent.Split(' ')[^1];
        var found = await shopper.Open("search", "/search?q=" + Uri.EscapeDataString(word));
        return await shopper.Open("found", shopper.Pick("search", found, "a.product-link"));
    }

    /// <summary>One of the products beside it, under its address with <c>?route=</c>.</summary>
    public static Task<IDocument> ToRelated(this Shopper shopper, IDocument product) =>
        shopper.Open("related", shopper.Pick("product", product, "a.product-link"));

    public static Task<IDocument> ToTopic(this Shopper shopper, IDocument page) =>
        shopper.Open("topic", shopper.Pick("topic", page, "footer a"));
}
