using Microsoft.AspNetCore.Http;

namespace Hub.Control.Access;

/// <summary>Who asks: the token's name and role, and where from. An endpoint takes it as a parameter.</summary>
internal sealed record Caller(string Name, Role Role, string From)
{
    public static ValueTask<Caller?> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.Get<Caller>());
}
