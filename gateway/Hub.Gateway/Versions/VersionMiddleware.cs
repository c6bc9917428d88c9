using System.Globalization;
using Hub.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Versions;

/// <summary>Counts who calls a route that has a version or asks who calls, and ends a version at its time; else it costs a null check.</summary>
internal sealed class VersionMiddleware(RequestDelegate next, Consumers consumers)
{
    public Task InvokeAsync(HttpContext context)
    {
        var exchange = Exchange.Of(context);
        if (exchange.RouteRules is not { } rules)
        {
            return next(context);
        }

        consumers.Count(context, exchange);
        return rules.Version is { } version && exchange.Milliseconds >= version.EndsAt ? EndAsync(context, version) : next(context);
    }

    private static Task EndAsync(HttpContext context, RouteVersion version)
    {
        Exchange.Of(context).Kind = Refusals.Ended;
        var next = version.Config.Successor is { } successor ? $" The next version stands at {successor}." : "";
        return TypedResults.Problem(
            title: $"Version {version.Name} has ended",
            detail: string.Create(CultureInfo.InvariantCulture, $"It was served until {version.Config.Sunset:u}.{next}"),
            statusCode: StatusCodes.Status410Gone).ExecuteAsync(context);
    }
}
