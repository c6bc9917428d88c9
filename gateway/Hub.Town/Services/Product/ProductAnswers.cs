namespace Hub.Town.Services.Product;

/// <summary>A product as the service tells it; <see cref="Slug"/> is its page.</summary>
internal sealed record ProductItem(long Id, string Sku, string Name, string Description, long? CategoryId, string? Attributes, string? Slug);

internal sealed record CategoryItem(long Id, string Name, long? ParentId, string? Slug);

internal sealed record TopicItem(long Id, string Title, string Body, string? Slug);

/// <summary>What a slug stands for: <c>Product</c>, <c>Category</c> or <c>Topic</c>; an old one says where it went.</summary>
internal sealed record SlugItem(string Slug, string Kind, long EntityId, bool Active, string? RedirectTo);

/// <summary>A page of products, and how many there are on all pages.</summary>
internal sealed record ProductItems(IReadOnlyList<ProductItem> Products, long Total);
