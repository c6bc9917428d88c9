using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Figures;

/// <summary>Counts a request for its side: when the answer's headers come, or at its end where none came.</summary>
internal sealed class AnswerCounting(TimeProvider time)
{
    // Who hangs up sooner has changed their mind; who waited so long saw the side be slow.
    private const double Patience = 1_000;

    /// <summary>Headers are here: the time until now is the side's.</summary>
    public void HeadersCame(HttpContext context, Exchange exchange)
    {
        if (exchange.Route is { } route && exchange.Counted == Counted.Not && Reached(context, exchange)
            && !context.RequestAborted.IsCancellationRequested)
        {
            exchange.Counted = context.Response.StatusCode >= 500 ? Counted.Failed : Counted.Good;
            route.Figures.Answered(exchange.Placement.Side, exchange.Counted == Counted.Failed, Elapsed(exchange));
        }
    }

    /// <summary>The request is over, well or not.</summary>
    public void Ended(HttpContext context, Exchange exchange)
    {
        if (exchange.Route is not { } route)
        {
            return;
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            HeadersCame(context, exchange);
        }

        if (exchange.Counted == Counted.Good && BrokeOff(context))
        {
            exchange.Counted = Counted.Failed;
            route.Figures.BrokeOff(exchange.Placement.Side);
        }
        else if (context.RequestAborted.IsCancellationRequested && exchange.Counted == Counted.Not && exchange.Sent && Elapsed(exchange) is >= Patience and var waited)
        {
            exchange.Counted = Counted.Good;
            route.Figures.Answered(exchange.Placement.Side, failed: false, waited);
        }
    }

    private double Elapsed(Exchange exchange) => time.GetElapsedTime(exchange.StartedAt).TotalMilliseconds;

    // Refusals of the gateway's own (limits, waiting pages) are no answers of a side; "no destination" is one of it.
    private static bool Reached(HttpContext context, Exchange exchange) =>
        exchange.Sent && (context.Response.StatusCode < StatusCodes.Status429TooManyRequests
            || context.Features.Get<IForwarderErrorFeature>() is not null
            || context.Features.Get<IReverseProxyFeature>()?.ProxiedDestination is not null);

    // YARP's name for a body that could not be read from the side. It hangs up on the client then, so an aborted request
    // says nothing of whose fault it was; a client that hangs up is ResponseBodyClient or ResponseBodyCanceled.
    private static bool BrokeOff(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>()?.Error is ForwarderError.ResponseBodyDestination;
}

/// <summary>How a request was counted.</summary>
internal enum Counted : byte
{
    Not,
    Good,
    Failed,
}
