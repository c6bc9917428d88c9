namespace Hub.Town.Look.Pages;

/// <summary>A line of a cart; the price, in EUR, is the one at which it was put in.</summary>
internal sealed record CartViewLine(long ProductId, string Sku, string Name, string Slug, int Quantity, decimal UnitPrice)
{
    public decimal Sum => Quantity * UnitPrice;
}

internal static class CartPage
{
    /// <param name="hidden">The form's hidden fields: the antiforgery token.</param>
    public static Html Body(ShopFrame frame, IReadOnlyList<CartViewLine> lines, Html hidden) => lines.Count == 0
        ? Html.Of($"""
            <h1>Cart</h1>
            <p data-cart-total="{0m}">Your cart is empty. <a href="{frame.Url("/")}">Have a look around.</a></p>
            """)
        : Html.Of($"""
            <h1>Cart</h1>
            <form class="cart" action="{frame.Url("/cart/update")}" method="post">
            {hidden}
            {Table(lines, line => Html.Of($"""<input type="number" name="quantity[{line.ProductId}]" value="{line.Quantity}" min="0" max="99" aria-label="Quantity of {line.Name}">"""))}
            <p class="actions"><button class="quiet">Update cart</button><a class="button" href="{frame.Url("/checkout")}">To the checkout</a></p>
            </form>
            """);

    /// <summary>The lines and their total, also for the checkout, where quantities can't be changed.</summary>
    public static Html Table(IReadOnlyList<CartViewLine> lines, Func<CartViewLine, Html> quantity) => Html.Of($"""
        <table>
        <thead><tr><th>Product</th><th>Price</th><th>Quantity</th><th>Sum</th></tr></thead>
        <tbody>{lines.Select(line => Html.Of($"""
            <tr data-line="{line.ProductId}" data-quantity="{line.Quantity}" data-unit-price="{line.UnitPrice}"><td>{line.Name}</td><td>€ {line.UnitPrice}</td><td>{quantity(line)}</td><td>€ {line.Sum}</td></tr>
            """))}</tbody>
        <tfoot><tr><td colspan="3">Total</td><td data-cart-total="{lines.Sum(line => line.Sum)}">€ {lines.Sum(line => line.Sum)}</td></tr></tfoot>
        </table>
        """);
}
