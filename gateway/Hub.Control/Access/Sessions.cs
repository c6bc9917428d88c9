using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Access;

/// <summary>
/// The page's log-in: the token is posted once and becomes a signed cookie, so that it stands in no address and no script
/// can read it. The cookie names the token's hash, so it ends with the token.
/// </summary>
internal sealed class Sessions(Tokens tokens, RevisionLog revisions, TimeProvider time)
{
    public const string Cookie = "hub-session";

    /// <summary>Only a script of the same origin can send it: what a form of another site posts is refused.</summary>
    public const string PageHeader = "Hub-Page";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/session", (Caller caller) => TypedResults.Ok(new SessionView(caller.Name, Word(caller.Role)))).Allow(Role.Viewer);
        app.MapPost("/api/session", (LogIn request, Sessions sessions, HttpContext http) => sessions.LogInAsync(request, http));
        app.MapDelete("/api/session", (HttpContext http) =>
        {
            http.Response.Cookies.Delete(Cookie, Options(http, null));
            return TypedResults.NoContent();
        });
    }

    /// <summary>The token of a session's cookie, or null where there is none that is good.</summary>
    public async ValueTask<Tokens.Token?> FindAsync(HttpContext http)
    {
        var parts = http.Request.Cookies[Cookie]?.Split('.');
        return parts is [var until, var hash, var signature]
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(Sign($"{until}.{hash}")))
            && long.Parse(until, CultureInfo.InvariantCulture) > time.GetUtcNow().ToUnixTimeSeconds()
            ? await tokens.FindAsync(hash)
            : null;
    }

    private static string Word(Role role) => role.ToString().ToLowerInvariant();

    private static CookieOptions Options(HttpContext http, DateTimeOffset? until) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = "/",
        Expires = until,
    };

    private async Task<Results<Ok<SessionView>, ProblemHttpResult>> LogInAsync(LogIn request, HttpContext http)
    {
        var hash = Tokens.Hash(request.Token.Trim());
        if (await tokens.FindAsync(hash) is not { } token || token.Role == Role.Plane)
        {
            return new Refusal(
                StatusCodes.Status401Unauthorized, "This token is not known",
                "It was revoked, mistyped, or is a plane's. The first one stands in DATA/control/admin.token; an admin makes others: hub token create").ToProblem();
        }

        var until = time.GetUtcNow() + Lifetime;
        var content = string.Create(CultureInfo.InvariantCulture, $"{until.ToUnixTimeSeconds()}.{hash}");
        http.Response.Cookies.Append(Cookie, $"{content}.{Sign(content)}", Options(http, until));
        return TypedResults.Ok(new SessionView(token.Name, Word(token.Role)));
    }

    // Not one of the keys that planes hold: they must not be able to log in.
    private string Sign(string content) => Convert.ToHexStringLower(HMACSHA256.HashData(
        revisions.SessionKey, Encoding.UTF8.GetBytes(content)));

    internal sealed record LogIn(string Token);

    internal sealed record SessionView(string Name, string Role);
}
