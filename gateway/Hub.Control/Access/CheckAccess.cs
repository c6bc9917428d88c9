using Microsoft.AspNetCore.Http;

namespace Hub.Control.Access;

/// <summary>Lets a caller through to an endpoint that its role may use: by bearer token, or by the page's session.</summary>
internal sealed class CheckAccess(RequestDelegate next, Tokens tokens, Sessions sessions)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Needs>() is not { } needs)
        {
            await next(http);
            return;
        }

        var authorization = http.Request.Headers.Authorization.ToString();
        var byBearer = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);
        var token = byBearer ? await tokens.FindAsync(Tokens.Hash(authorization[7..].Trim())) : await sessions.FindAsync(http);
        if (token is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(http, new Refusal(
                StatusCodes.Status401Unauthorized, "Who asks is not known",
                "Send Authorization: Bearer TOKEN (hub: --token or HUB_TOKEN). The first token stands in DATA/control/admin.token."));
        }
        else if (!needs.IsMetBy(token.Role))
        {
            await RefuseAsync(http, new Refusal(
                StatusCodes.Status403Forbidden, $"'{token.Name}' may not do this",
                $"Its role is {Word(token.Role)} and this needs {Word(needs.Role)}. An admin makes such a token: hub token create --name NAME --role {Word(needs.Role)}"));
        }
        else if (!byBearer && !IsSafe(http.Request.Method) && !http.Request.Headers.ContainsKey(Sessions.PageHeader))
        {
            await RefuseAsync(http, new Refusal(
                StatusCodes.Status403Forbidden, "This did not come from the page",
                $"A change by the page's session carries the header {Sessions.PageHeader}, which no other site can send."));
        }
        else
        {
            http.Features.Set(new Caller(token.Name, token.Role, http.Connection.RemoteIpAddress?.ToString() ?? "local"));
            await next(http);
        }
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static string Word(Role role) => role.ToString().ToLowerInvariant();

    private static Task RefuseAsync(HttpContext http, Refusal refusal) => refusal.ToProblem().ExecuteAsync(http);
}
