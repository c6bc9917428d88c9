namespace Hub.Town.Look.Pages;

/// <summary>A product as lists show it; the price is in EUR.</summary>
internal sealed record ProductCard(long Id, string Sku, string Name, string Slug, decimal Price);

/// <summary>A product as its own page shows it.</summary>
/// <param name="Attributes">What it is made of, name and value.</param>
/// <param name="Related">Others of its category.</param>
internal sealed record ProductDetail(
    ProductCard Card, string Description, int Stock, IReadOnlyDictionary<string, string> Attributes, MenuEntry Category, IReadOnlyList<ProductCard> Related);
