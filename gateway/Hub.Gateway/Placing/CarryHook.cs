using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Gateway.Boundary;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Placing;

/// <summary>Who holds a customer's part of a dataset, at one end of a carry.</summary>
internal sealed record CarryEnd(string Side, string Key, string? Account)
{
    public static CarryEnd Of(Side side, CustomerKey key, string? account) => new(Words.Of(side), key.ToString(), account);
}

/// <summary>
/// Calls a dataset's declared hook, which carries a customer's part from one side or key to another; the same id twice is
/// carried once. What is not carried leaves an empty part, and is counted (SAFETY.md 7 and 13).
/// </summary>
internal sealed partial class CarryHook(TimeProvider time, GatewayMetrics metrics, ILogger<CarryHook> logger) : IDisposable
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Carries; cookies that the hook answers go to the client and onto the request that is forwarded.</summary>
    /// <param name="number">The number of the claim that is left behind: part of the id.</param>
    /// <param name="why">For metrics and log: <c>evacuation</c>, <c>log-in</c>, <c>offline claim</c>.</param>
    public async Task<bool> CarryAsync(
        HttpContext context, Exchange exchange, string dataset, CarryEnd from, CarryEnd to, long number, string why)
    {
        exchange.Kind = "carry";
        var done = exchange.Model.Document.Hub.Datasets.GetValueOrDefault(dataset)?.Carry is { } hook
            && await CallAsync(context, hook, new CarryRequest(
                dataset,
                string.Create(CultureInfo.InvariantCulture, $"{dataset}:{from.Side}:{from.Key}:{to.Side}:{to.Key}:{number}"),
                from,
                to,
                CookieHeader.Joined(context.Request.Headers.Cookie) ?? "",
                context.Request.Headers.Authorization));
        metrics.Carried(why, done);
        return done;
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> CallAsync(HttpContext context, Uri hook, CarryRequest request)
    {
        using var cancellation = new CancellationTokenSource(Budget, time);
        try
        {
            using var response = await _client.PostAsJsonAsync(hook, request, JsonSerializerOptions.Web, cancellation.Token);
            if (response.EnsureSuccessStatusCode() is { } ok
                && await ok.Content.ReadFromJsonAsync<CarryAnswer>(JsonSerializerOptions.Web, cancellation.Token) is { } answer)
            {
                foreach (var cookie in answer.SetCookies ?? [])
                {
                    Pass(context, cookie);
                }

                return true;
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException)
        {
            LogNotCarried(logger, request.Dataset, request.From.Side, request.To.Side, e.Message);
        }

        return false;
    }

    private static void Pass(HttpContext context, string setCookie)
    {
        context.Response.Headers.Append("Set-Cookie", setCookie);
        var pair = setCookie.Split(';', 2)[0].Trim();
        var name = pair.Split('=', 2)[0];
        var cookies = CookieHeader.Joined(context.Request.Headers.Cookie);
        var others = cookies is null ? null : CookieHeader.Without(cookies, name);
        context.Request.Headers.Cookie = others is null ? new StringValues(pair) : new StringValues($"{others}; {pair}");
    }

    private sealed record CarryRequest(
        string Dataset, string Id, CarryEnd From, CarryEnd To, string Cookie, string? Authorization);

    private sealed record CarryAnswer(string[]? SetCookies, int Lines);

    [LoggerMessage(30, LogLevel.Warning, "A customer's {Dataset} was not carried from {From} to {To}: {Reason}. The part begins empty there.")]
    private static partial void LogNotCarried(ILogger logger, string dataset, string from, string to, string reason);
}
