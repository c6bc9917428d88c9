using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Access;

/// <summary><c>hub token create --name anna --role operator | list | revoke</c>.</summary>
internal static class TokenEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/tokens", (Tokens tokens) => TypedResults.Ok(tokens.View())).Allow(Role.Admin);
        app.MapPost("/api/tokens", CreateAsync).Allow(Role.Admin);
        app.MapDelete("/api/tokens/{name}", RevokeAsync).Allow(Role.Admin);
    }

    private static async Task<Results<Ok<CreatedToken>, ProblemHttpResult>> CreateAsync(CreateToken request, Tokens tokens, Caller caller)
    {
        if (request.Name.Length is 0 or > 64 || !request.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            return Refusal.Bad(
                $"'{request.Name}' can't be a token's name", "1 to 64 letters, digits, '-', '_' or '.' are needed. Example: anna.").ToProblem();
        }

        if (!Enum.TryParse<Role>(request.Role, ignoreCase: true, out var role) || int.TryParse(request.Role, out _))
        {
            return Refusal.Bad($"There is no role '{request.Role}'", "Use viewer, operator, admin or plane.").ToProblem();
        }

        var secret = Tokens.Draw();
        return await tokens.AddAsync(request.Name, role, secret, caller) is { } refusal
            ? refusal.ToProblem()
            : TypedResults.Ok(new CreatedToken(request.Name, role.ToString().ToLowerInvariant(), secret));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string name, Tokens tokens, Caller caller) =>
        await tokens.RevokeAsync(name, caller) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}
