using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Gateway.Telemetry;

/// <summary>What the request's one server span says of the hub: where it went, and why. Nothing where nobody traces.</summary>
internal static class ServerSpan
{
    public static void Tell(HttpContext context, Exchange exchange)
    {
        if (Activity.Current is null || context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            return;
        }

        span.SetTag("hub.side", Words.Of(exchange.Placement.Side));
        span.SetTag("hub.group", exchange.Route?.Group);
        span.SetTag("hub.route", exchange.RouteId);
        span.SetTag("hub.reason", Words.Of(exchange.Placement.Reason));
        span.SetTag("hub.revision", exchange.Model.Revision.Id.ToString());
    }
}
