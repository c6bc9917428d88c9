using Hub.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Access;

/// <summary>
/// Lets in whom the route lets in, by API key or bearer token, and nobody else; a route without <c>Access</c> costs a null
/// check. What is refused reaches no side and is told as an RFC 9457 problem.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next)
{
    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        var exchange = Exchange.Of(context);
        return exchange.RouteRules?.Access is { } access && !IsPreflight(context.Request)
            ? CheckAsync(context, exchange, access)
            : next(context);
    }

    private async Task CheckAsync(HttpContext context, Exchange exchange, RouteAccess access)
    {
        var headers = context.Request.Headers;
        if (access.Consumers is { } consumers && headers[access.Header] is { Count: > 0 } given)
        {
            var consumer = given is [{ } key] ? access.Keys.Find(key, exchange.Milliseconds) : null;
            if (consumer is null)
            {
                await RefuseAsync(context, StatusCodes.Status401Unauthorized, access.Challenge,
                    "This API key is not known", $"The header {access.Header} holds none that is good. It may have been withdrawn.");
                return;
            }

            if (!consumers.Contains(consumer))
            {
                await RefuseAsync(context, StatusCodes.Status403Forbidden, null,
                    "This API key is of no use here", $"It belongs to {consumer}, who may not call this address.");
                return;
            }

            // A credential that the hub has checked is for nobody behind it.
            headers.Remove(access.Header);
            exchange.Consumer = consumer;
        }
        else if (access.Issuer is { } issuer && headers.Authorization is [{ } authorization]
            && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            var (token, refusal) = await issuer.ValidateAsync(authorization[Bearer.Length..].Trim(), exchange.Milliseconds);
            if (token is null)
            {
                await (refusal == TokenRefusal.KeysOutOfReach ? WaitForKeysAsync(context) : RefuseAsync(
                    context, StatusCodes.Status401Unauthorized, "Bearer realm=\"hub\", error=\"invalid_token\"",
                    "This token does not hold", "It has ended, was given for another API, or was not signed by the issuer that this address trusts."));
                return;
            }

            if (!access.Scopes.IsSubsetOf(token.Scopes))
            {
                await RefuseAsync(
                    context, StatusCodes.Status403Forbidden,
                    $"Bearer realm=\"hub\", error=\"insufficient_scope\", scope=\"{string.Join(' ', access.Scopes)}\"",
                    "This token does not reach so far", $"It needs the scopes {string.Join(", ", access.Scopes)}.");
                return;
            }

            exchange.Consumer = token.Client;
        }
        else
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, access.Challenge,
                "Who asks is not known", "This address is not open to everybody: send what WWW-Authenticate names.");
            return;
        }

        await next(context);
    }

    // A browser's question before it sends credentials; the side answers it, as without a hub.
    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    private static Task WaitForKeysAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, null,
            "Tokens can't be checked now", "The issuer's keys can't be fetched. Come again in a moment.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string? challenge, string title, string detail)
    {
        Exchange.Of(context).Kind = Refusals.NotLetIn;
        if (challenge is not null)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Problem(title: title, detail: detail, statusCode: status).ExecuteAsync(context);
    }
}
