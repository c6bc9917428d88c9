using Hub.Town.Business.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Town.Business;

/// <summary>What all business systems of the town have: a bearer token, and faults on a dial.</summary>
internal static class BusinessSystem
{
    /// <summary>An application whose endpoints, mapped after this, are behind token and faults.</summary>
    public static WebApplication Build(TownContext town, Uri address, string token, Action<WebApplicationBuilder>? add = null)
    {
        var faults = new FaultyBehaviour(town.Time, unchecked((town.Seed * 397) + token.Sum(letter => letter)));
        var builder = town.CreateBuilder(address);
        builder.Services.AddSingleton(faults);
        add?.Invoke(builder);
        var app = builder.Build();

        // order matters: the dial itself has no faults, and a fault comes before the token is looked at.
        app.UseWhen(IsForTheSystem, system => system.Use(next => context => faults.InvokeAsync(context, next)));
        app.UseWhen(IsForTheSystem, system => system.Use(next => context =>
        {
            if (context.Request.Headers.Authorization == $"Bearer {token}")
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }));
        app.UseRouting();
        app.MapGet("/faults", () => faults.Dial);
        app.MapPut("/faults", (FaultDial dial) =>
        {
            if (dial.Problem() is { } problem)
            {
                return Results.Problem(title: "No such fault", detail: problem, statusCode: StatusCodes.Status422UnprocessableEntity);
            }

            faults.Dial = dial;
            return Results.Ok(faults.Dial);
        });
        return app;
    }

    /// <summary>The system understood, and won't.</summary>
    public static IResult Refuse(string reason, int status = StatusCodes.Status422UnprocessableEntity) =>
        Results.Json(new { error = reason }, statusCode: status);

    private static bool IsForTheSystem(HttpContext context) => !context.Request.Path.StartsWithSegments("/faults");
}
