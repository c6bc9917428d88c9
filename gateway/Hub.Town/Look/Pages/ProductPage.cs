namespace Hub.Town.Look.Pages;

internal static class ProductPage
{
    public static Html Body(ShopFrame frame, ProductDetail product) => Html.Of($"""
        <p class="path"><a href="{frame.Url("/")}">Home</a> › <a href="{frame.Url("/" + product.Category.Slug)}">{product.Category.Name}</a></p>
        <article class="product" data-product-id="{product.Card.Id}" data-sku="{product.Card.Sku}" data-price="{product.Card.Price}">
        <img src="{frame.Url($"/assets/products/{product.Card.Sku}.svg")}" alt="{product.Card.Name}" width="420" height="420">
        <div>
        <h1>{product.Card.Name}</h1>
        <p class="sku">{product.Card.Sku}</p>
        <p class="price">€ {product.Card.Price}</p>
        <p class="stock" data-stock="{product.Stock}">{(product.Stock > 0 ? $"{product.Stock} in stock" : "On back-order")}</p>
        <p>{product.Description}</p>
        <form class="buy" action="{frame.Url("/cart/add")}" method="post">
        <input type="hidden" name="productId" value="{product.Card.Id}">
        <input type="number" name="quantity" value="1" min="1" max="99" aria-label="Quantity"><button>Add to cart</button>
        </form>
        <dl>{product.Attributes.Select(pair => Html.Of($"<dt>{pair.Key}</dt><dd>{pair.Value}</dd>"))}</dl>
        </div>
        </article>
        <h2>You may also like</h2>
        {ProductList.Cards(frame, product.Related, card => $"/index.php?route=product/product&product_id={card.Id}")}
        """);
}
