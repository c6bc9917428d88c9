namespace Hub.Town.Look.Pages;

/// <summary>Pages that are a list of products: home, category, search.</summary>
internal static class ProductList
{
    public static Html Home(ShopFrame frame, IReadOnlyList<ProductCard> featured) => Html.Of($"""
        <section class="hero"><h1>Good things, made in town</h1><p>Two hundred and forty of them, and a person at the counter.</p></section>
        <h2>This week in the window</h2>
        {Cards(frame, featured)}
        """);

    /// <param name="below">The categories under this one.</param>
    public static Html Category(ShopFrame frame, MenuEntry category, IReadOnlyList<MenuEntry> below, IReadOnlyList<ProductCard> products) => Html.Of($"""
        <p class="path"><a href="{frame.Url("/")}">Home</a> › {category.Name}</p>
        <h1 data-category-id="{category.Id}">{category.Name}</h1>
        <p class="chips">{below.Select(entry => Html.Of($"<a href=\"{frame.Url($"/index.php?route=product/category&path={entry.Id}")}\">{entry.Name}</a>"))}</p>
        {Cards(frame, products)}
        """);

    public static Html Found(ShopFrame frame, string query, IReadOnlyList<ProductCard> products) => Html.Of($"""
        <h1>Search</h1>
        <p data-found="{products.Count}">{products.Count} found for “{query}”.</p>
        {Cards(frame, products)}
        """);

    public static Html Cards(ShopFrame frame, IReadOnlyList<ProductCard> products, Func<ProductCard, string>? path = null) => Html.Of($"""
        <ul class="cards">{products.Select(card => Card(frame, card, path?.Invoke(card) ?? "/" + card.Slug))}</ul>
        """);

    private static Html Card(ShopFrame frame, ProductCard card, string path) => Html.Of($"""
        <li data-product-id="{card.Id}" data-price="{card.Price}"><a class="product-link" href="{frame.Url(path)}"><img src="{frame.Url($"/assets/products/{card.Sku}.svg")}" alt="" loading="lazy" width="200" height="200"><span>{card.Name}</span><b>€ {card.Price}</b></a></li>

        """);
}
