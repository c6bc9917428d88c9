using System.Text;
using System.Text.Json;
using Hub.Connectors.Tokens;

namespace Hub.Connectors.Tryton;

/// <summary>
/// Logs in. One session serves all callers; Tryton ends it after a while without calls, or when it starts anew, and says so with 401.
/// </summary>
internal sealed class TrytonSession(TrytonOptions options, LoginClient login) : ITokenSource
{
    private const string WhatToDo = "Check User, Password and the database in Address of the connector's config.";

    public async Task<AccessToken> NewAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Address)
        {
            Content = TrytonJson.Call("common.db.login", [options.User, new System.Text.Json.Nodes.JsonObject { ["password"] = Password() }]),
        };
        var body = await login.SendAsync(request, WhatToDo, cancellationToken);
        try
        {
            using var answer = JsonDocument.Parse(body);
            return answer.RootElement.TryGetProperty("result", out var session)
                ? new AccessToken(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{session[0].GetInt32()}:{session[1].GetString()}")), null)
                : throw new TokenException($"{options.Vendor} lets the user {options.User} not in. {WhatToDo}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new TokenException($"{options.Vendor} answered the login with something that is no session. {WhatToDo}", e);
        }
    }

    private string Password()
    {
        try
        {
            return options.Password.Reveal();
        }
        catch (InvalidOperationException e)
        {
            throw new TokenException(e.Message, e);
        }
    }
}
