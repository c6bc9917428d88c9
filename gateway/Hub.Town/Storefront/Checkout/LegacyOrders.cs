using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Hub.Town.Storefront.Checkout;

/// <summary>What became of an order that was handed to legacy.</summary>
/// <param name="Order">Legacy's number, where it has the order.</param>
/// <param name="Problem">Why legacy has no order, where that is certain. Both null: it is not known.</param>
/// <param name="Status">What legacy says of it: <c>pending</c> or <c>paid</c>; null where it doesn't say.</param>
internal readonly record struct HandedOrder(string? Order, string? Problem, string? Status = null)
{
    public static HandedOrder Unknown => default;
}

/// <summary>Legacy's order API for partners. An order's reference is the attempt's id, which legacy keeps unique.</summary>
internal sealed class LegacyOrders : IDisposable
{
    private const string NotTaken = "The order was not taken. Nothing was bought; please try again.";

    private readonly HttpClient _http;

    /// <param name="timeOut">Legacy's own time-out: when it has passed, legacy takes no order any more that it had not taken.</param>
    public LegacyOrders(Uri legacy, TimeSpan timeOut)
    {
        TimeOut = timeOut;

        // A connection an order: none that legacy closed meanwhile is tried and silently replaced, so a post is sent once.
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
        {
            BaseAddress = legacy,
            Timeout = timeOut,
        };
        _http.DefaultRequestHeaders.Add("X-Partner-Key", "town-partner");
    }

    public TimeSpan TimeOut { get; }

    public async Task<HandedOrder> Place(Attempt attempt, CancellationToken cancellation)
    {
        var order = new
        {
            reference = attempt.Id,
            channel = "new",
            email = attempt.Email,
            customerId = attempt.Account,
            lines = attempt.Lines.Select(line => new { sku = line.Sku, quantity = line.Quantity, unitPrice = line.UnitPrice }),
            total = attempt.Total,
            currency = "EUR",
            ship = attempt.Ship,
            paid = false,
        };
        try
        {
            using var answer = await _http.PostAsJsonAsync("partner/orders", order, cancellation);
            return (int)answer.StatusCode is >= 400 and < 500
                ? new HandedOrder(null, await Why(answer, cancellation))
                : await Number(answer, cancellation);
        }
        catch (HttpRequestException unreached) when (unreached.HttpRequestError is HttpRequestError.ConnectionError)
        {
            return new HandedOrder(null, NotTaken);
        }
        catch (Exception lost) when (IsLost(lost, cancellation))
        {
            return HandedOrder.Unknown;
        }
    }

    /// <summary>Asks whether legacy has the order; that it hasn't is final only once its time-out has passed.</summary>
    public async Task<HandedOrder> Find(string reference, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"partner/orders?reference={reference}", UriKind.Relative), cancellation);
            return answer.StatusCode == HttpStatusCode.NotFound
                ? new HandedOrder(null, NotTaken)
                : await Number(answer, cancellation);
        }
        catch (Exception lost) when (IsLost(lost, cancellation))
        {
            return HandedOrder.Unknown;
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<HandedOrder> Number(HttpResponseMessage answer, CancellationToken cancellation) =>
        answer.IsSuccessStatusCode
            && await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation) is { ValueKind: JsonValueKind.Object } body
            && body.TryGetProperty("order", out var number)
            ? new HandedOrder(number.ToString(), null, body.TryGetProperty("status", out var status) ? status.GetString() : null)
            : HandedOrder.Unknown;

    private static async Task<string> Why(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var said = await answer.Content.ReadAsStringAsync(cancellation);
        return $"The shop did not take the order ({(int)answer.StatusCode}{(said.Length is > 0 and < 300 ? ": " + said : "")}).";
    }

    /// <summary>Cut, timed out or garbled: nobody can tell from here whether legacy took it.</summary>
    private static bool IsLost(Exception error, CancellationToken cancellation) =>
        error is HttpRequestException or IOException or JsonException
        || (error is OperationCanceledException && !cancellation.IsCancellationRequested);
}
