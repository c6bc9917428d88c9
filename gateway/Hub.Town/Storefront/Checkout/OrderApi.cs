using Hub.Town.Storefront.Account;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront.Checkout;

/// <param name="Attempt">The app's own id of the call; the same again is the same order.</param>
internal sealed record AppOrder(string? Name, string? Street, string? City, string? Zip, string? Country, string? Attempt);

/// <summary>The app's orders, in the words of legacy's API: 401 without a customer.</summary>
internal sealed class OrderApi(CheckoutPages checkout, AttemptStore attempts, Accounts accounts, LegacyLink legacy)
{
    /// <summary>An app shows no page meanwhile: it waits as long as it takes to ask legacy after its time-out.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(25);

    public void Map(WebApplication app)
    {
        app.MapPost("/api/orders", Post);
        app.MapGet("/api/orders", List);
        app.MapGet("/api/orders/{number}", Get);
    }

    private async Task<IResult> Post(AppOrder order, HttpContext http, CancellationToken cancellation)
    {
        if (Shopper.Of(http.Request) is not { Key: { } key, Account: { } account }
            || await accounts.Find(account, cancellation) is not { } customer)
        {
            return TypedResults.Unauthorized();
        }

        var ship = new ShipTo(order.Name ?? customer.Name, order.Street ?? "", order.City ?? "", order.Zip ?? "", order.Country ?? "");
        if (ship.Problem() is { } problem)
        {
            return TypedResults.BadRequest(new { error = problem });
        }

        var id = string.IsNullOrEmpty(order.Attempt) ? CheckoutPages.DrawAttempt() : order.Attempt;
        if ((attempts.Find(id)?.Key ?? key) != key)
        {
            return TypedResults.Conflict(new { error = "This attempt is another customer's; draw an id of your own." });
        }

        var placed = await checkout.Place(new Attempt(attempts.Following(id), key, account, customer.Email, ship), Wait);
        return placed.State switch
        {
            AttemptState.Placed => TypedResults.Json(
                new { order = placed.Order, total = placed.Total }, statusCode: StatusCodes.Status201Created),
            AttemptState.Refused => TypedResults.Conflict(new { error = placed.Problem }),
            _ => TypedResults.Json(
                new { attempt = id, error = "The order is being placed. Ask again with the same attempt; it is not placed twice." },
                statusCode: StatusCodes.Status503ServiceUnavailable),
        };
    }

    private async Task<IResult> List(HttpContext http, CancellationToken cancellation) =>
        Shopper.Of(http.Request).Account is { } account
            ? TypedResults.Json(new
            {
                orders = (await accounts.Orders(account, cancellation))
                    .Select(order => new { order = order.Number, order.Status, order.Total, order.PlacedOn }),
            })
            : TypedResults.Unauthorized();

    private async Task Get(string number, HttpContext http)
    {
        var account = Shopper.Of(http.Request).Account;
        var mine = account is null ? null : (await accounts.Orders(account.Value, http.RequestAborted)).FirstOrDefault(order => order.Number == number);
        if (mine is not null)
        {
            await http.Response.WriteAsJsonAsync(new { order = mine.Number, mine.Status, mine.Total, mine.PlacedOn }, http.RequestAborted);
            return;
        }

        using var answer = await legacy.Send(http, HttpMethod.Get, $"api/orders/{Uri.EscapeDataString(number)}");
        await LegacyLink.Relay(answer, http);
    }
}
