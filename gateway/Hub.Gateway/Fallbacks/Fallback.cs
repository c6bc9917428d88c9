using Hub.Gateway.Figures;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Hub.Gateway.Fallbacks;

/// <summary>
/// Reads of a route that go to legacy when New fails to answer: no connection, no headers in time, 502, 503 or 504, and no
/// byte is with the client (SAFETY.md 9). A route without <c>Fallback</c> has none of this, its transform included.
/// </summary>
internal sealed class Fallback(FallbackConfig config, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>Stands in the metadata of New's side of a route that falls back, for its transforms.</summary>
    public const string Metadata = "Hub:Fallback";

    private readonly FallbackBudget _budget = new(config, time);

    /// <summary>Throws away an answer that is given up, before anything of it is sent.</summary>
    public static void AddTransform(TransformBuilderContext transforms)
    {
        if (transforms.Route.Metadata?.ContainsKey(Metadata) == true)
        {
            transforms.AddResponseTransform(static context =>
            {
                if (context.HttpContext.Features.Get<FallbackAttempt>() is { } attempt && context.ProxyResponse is { } answer
                    && attempt.TakeAnswer((int)answer.StatusCode))
                {
                    context.SuppressResponseBody = true;
                }

                return ValueTask.CompletedTask;
            });
        }
    }

    /// <summary>
    /// Whether this request may be asked of legacy instead: a read without a body, placed by nothing that New alone holds or
    /// began.
    /// </summary>
    public static bool MayHelp(HttpRequest request, PlacementReason reason) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && reason is PlacementReason.Share or PlacementReason.Cohort or PlacementReason.Declared or PlacementReason.CacheKey
        && request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0 && request.Headers.Upgrade.Count == 0;

    /// <summary>Forwards to New, to which the request is assigned already, and to legacy where New does not answer.</summary>
    public async Task ForwardAsync(HttpContext context, Exchange exchange, RequestDelegate next)
    {
        _budget.Try();
        var aborted = context.RequestAborted;
        using (var attempt = new FallbackAttempt(_budget, config.Timeout, time, aborted))
        {
            context.Features.Set(attempt);
            context.RequestAborted = attempt.Aborted;
            try
            {
                await next(context);
            }
            finally
            {
                context.RequestAborted = aborted;
                context.Features.Set<FallbackAttempt>(null);
            }

            if (aborted.IsCancellationRequested || !attempt.GiveUp(context))
            {
                return;
            }
        }

        // It is New's failure in the group's figures, and no answer of legacy's own: guards must see what shoppers don't.
        metrics.FellBack(exchange.Route!.Group);
        exchange.Route.Figures.FellBack(time.GetElapsedTime(exchange.StartedAt).TotalMilliseconds);
        exchange.Counted = Counted.Failed;
        exchange.Kind = "fallback";
        exchange.Placement = exchange.Placement with { Side = Side.Legacy, Reason = PlacementReason.Fallback };
        context.Response.Clear();
        context.Features.Set<IForwarderErrorFeature>(null);
        Forget(context.Request.Headers);
        context.ReassignProxyRequest(exchange.Legacy, exchange.Legacy.Cluster!);
        await next(context);
    }

    // What New is told of the customer is not for legacy.
    private static void Forget(IHeaderDictionary headers)
    {
        foreach (var name in headers.Keys.Where(name => name.StartsWith("Hub-", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            headers.Remove(name);
        }
    }
}
