using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hub.Town.Storefront.Carrying;

/// <summary>The hook that the hub's config names as <c>Datasets.carts.Carry</c>.</summary>
internal sealed class CarryHook(CartCarrier carrier, LegacyCarts legacy)
{
    public void Map(WebApplication app) => app.MapPost("/internal/carry", Carry);

    private async Task<IResult> Carry(CarryRequest request, HttpContext http)
    {
        if (request.Dataset != "carts" || string.IsNullOrEmpty(request.Id))
        {
            return TypedResults.Problem(
                "This hook carries the dataset carts, under an id, and knows nothing else.",
                statusCode: StatusCodes.Status400BadRequest,
                title: "Nothing to carry");
        }

        var session = CookieHeaderValue.TryParseList([request.Cookie ?? ""], out var cookies)
            ? cookies.FirstOrDefault(cookie => cookie.Name == Shopper.LegacySession)?.Value.Value
            : null;
        try
        {
            if (session is not null && !await legacy.Knows(session, http.RequestAborted))
            {
                session = null;
            }

            var carry = await carrier.Carry(new Carry(request.Id, request.From, request.To, session));
            return carry.State == CarryState.Done
                ? TypedResults.Ok(carry.Answer)
                : TypedResults.Problem(
                    "Legacy did not take the lines; they are where they were.",
                    statusCode: StatusCodes.Status409Conflict,
                    title: "Not carried");
        }
        catch (Exception unreached) when (CartCarrier.IsUnreached(unreached))
        {
            return TypedResults.Problem(
                "A cart could not be reached. The lines are safe: they arrive when it can be, or stay where they were.",
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: "Not carried yet");
        }
    }
}
