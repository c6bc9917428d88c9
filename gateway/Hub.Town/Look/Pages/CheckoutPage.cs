namespace Hub.Town.Look.Pages;

internal static class CheckoutPage
{
    /// <param name="hidden">The form's hidden fields: the antiforgery token and the attempt.</param>
    /// <param name="problem">What was wrong with the last try; null at the first.</param>
    public static Html Form(
        ShopFrame frame, IReadOnlyList<CartViewLine> lines, string? name, string? email, Html hidden, string? problem = null) => Html.Of($"""
        <h1>Checkout</h1>
        {(problem is null ? Html.Empty : Html.Of($"""<p class="problem">{problem}</p>"""))}
        <form class="checkout" action="{frame.Url("/checkout")}" method="post">
        {hidden}
        <fieldset><legend>Where shall it go?</legend>
        <label>Name <input name="name" autocomplete="name" required value="{name}"></label>
        <label>E-mail <input name="email" type="email" autocomplete="email" required value="{email}"></label>
        <label>Street <input name="street" autocomplete="street-address" required></label>
        <label>Zip <input name="zip" autocomplete="postal-code" required></label>
        <label>City <input name="city" autocomplete="address-level2" required></label>
        <label>Country <select name="country"><option>DE</option><option>AT</option><option>CH</option></select></label>
        </fieldset>
        {CartPage.Table(lines, line => Html.Of($"{line.Quantity}"))}
        <p class="actions"><button>Buy now</button></p>
        </form>
        """);

    public static Html Done(ShopFrame frame, string orderNumber, string status, decimal total) => Html.Of($"""
        <h1>Thank you</h1>
        <p class="done" data-order="{orderNumber}" data-order-total="{total}" data-order-status="{status}">Your order <b>{orderNumber}</b> over € {total} is with us ({status}).</p>
        <p><a class="button" href="{frame.Url("/")}">Back to the shop</a></p>
        """);
}
