namespace Contoso.Identity;

/// <summary>Puts the customer among the request's features. A token that does not hold is refused; without one it is a stranger's request.</summary>
internal sealed class HubIdentityMiddleware(RequestDelegate next, HubIdentity identity)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var token = http.Request.Headers[HubIdentity.Header].ToString();
        if (token.Length > 0)
        {
            if (await identity.ReadAsync(token) is not { } customer)
            {
                await Results.Problem(
                    title: "This identity was not signed by the hub, or has ended", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);
                return;
            }

            http.Features.Set(customer);
        }

        await next(http);
    }
}
