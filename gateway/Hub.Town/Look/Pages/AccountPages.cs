namespace Hub.Town.Look.Pages;

/// <summary>An order as its customer sees it; the total is in EUR.</summary>
internal sealed record OrderView(string Number, string PlacedOn, string Status, decimal Total);

internal static class AccountPages
{
    /// <param name="hidden">The form's hidden fields: the antiforgery token.</param>
    public static Html LogIn(ShopFrame frame, Html hidden, string? email = null, string? problem = null) => Html.Of($"""
        <h1>Log in</h1>
        {(problem is null ? Html.Empty : Html.Of($"""<p class="problem">{problem}</p>"""))}
        <form class="login" action="{frame.Url("/login")}" method="post">
        {hidden}
        <label>E-mail <input name="email" type="email" autocomplete="username" required value="{email}"></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <p class="actions"><button>Log in</button></p>
        </form>
        """);

    public static Html Account(ShopFrame frame, string email, IReadOnlyList<OrderView> orders, Html hidden) => Html.Of($"""
        <h1>Hello, {frame.Name}</h1>
        <p data-email="{email}">{email}</p>
        <h2>Your orders</h2>
        <table class="orders">
        <thead><tr><th>Order</th><th>Placed</th><th>Status</th><th>Total</th></tr></thead>
        <tbody>{orders.Select(order => Html.Of($"""
            <tr data-order="{order.Number}" data-order-total="{order.Total}" data-order-status="{order.Status}"><td>{order.Number}</td><td>{order.PlacedOn}</td><td>{order.Status}</td><td>€ {order.Total}</td></tr>
            """))}</tbody>
        </table>
        <form class="logout" action="{frame.Url("/logout")}" method="post">{hidden}<button class="quiet">Log out</button></form>
        """);
}
