using Hub.Gateway.Pages;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Limits;

/// <summary>Takes a request through a seat, or answers that the shop is full.</summary>
internal static class Seated
{
    /// <summary>When to come again, and how much later at most, so that not all come at once.</summary>
    private const int Seconds = 5, Spread = 5;

    public static async Task PassAsync(
        Seats seats, string of, GatewayMetrics metrics, HttpContext context, Exchange exchange, RequestDelegate next)
    {
        var priority = exchange.Priority;
        if (!seats.TryTake(priority) && !await seats.TakeAsync(priority, exchange.WaitsSince, context.RequestAborted))
        {
            await RefuseAsync(of, metrics, context, exchange);
            return;
        }

        var seat = new Seat(seats, priority);
        try
        {
            if (IsStreaming(context.Request))
            {
                // An open stream is no work in hand: it would hold its seat for hours.
                context.Response.OnStarting(static state =>
                {
                    var (seat, response) = ((Seat, HttpResponse))state;
                    if (response.StatusCode == StatusCodes.Status101SwitchingProtocols
                        || response.HttpContext.Request.Method == HttpMethods.Connect
                        || response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
                    {
                        seat.Release();
                    }

                    return Task.CompletedTask;
                }, (seat, context.Response));
            }

            await next(context);
        }
        finally
        {
            seat.Release();
        }
    }

    private static Task RefuseAsync(string of, GatewayMetrics metrics, HttpContext context, Exchange exchange)
    {
        metrics.Refused(of);
        exchange.Kind = Refusals.Full;
        if (exchange.Priority is not Priority.Checkout && ShopPages.IsPage(context.Request))
        {
            HeldPlace.Give(context, exchange, exchange.WaitsSince);
        }

        return exchange.Model.Pages.WriteAsync(
            context, ShopPage.Waiting, StatusCodes.Status503ServiceUnavailable, Seconds + Random.Shared.Next(Spread));
    }

    private static bool IsStreaming(HttpRequest request) =>
        request.Headers.Upgrade.Count > 0 || request.Method == HttpMethods.Connect
        || request.Headers.Accept is [{ } accept] && accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Given back once, whoever is first: the stream's headers or the request's end.</summary>
    private sealed class Seat(Seats seats, Priority priority)
    {
        private int _released;

        public void Release()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                seats.Release(priority);
            }
        }
    }
}

/// <summary>What the ledger calls requests that were refused since there were too many.</summary>
internal static class Refusals
{
    public const string Limited = "limited", Full = "full", NotLetIn = "access", Ended = "gone";
}
