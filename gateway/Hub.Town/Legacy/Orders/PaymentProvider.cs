using Hub.Storage;
using Hub.Town.Legacy.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Town.Legacy.Orders;

/// <summary>
/// The payment provider: 200 ms after an order it calls the shop back at its public address, and again, ever slower, until
/// the shop says 200. What is due is a row, so that a kill loses no payment.
/// </summary>
internal sealed partial class PaymentProvider(LegacyDatabase shop, TownContext town, ILogger<PaymentProvider> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private const int LongestPauseMs = 5000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = town.PublicUrl,
            Timeout = TimeSpan.FromSeconds(5),
        };
        using var timer = new PeriodicTimer(Pace, town.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CallBackDue(client, stoppingToken);
            }
            catch (TimeoutException busy)
            {
                LogBusy(busy.Message);
            }
        }
    }

    private async Task CallBackDue(HttpClient client, CancellationToken cancellationToken)
    {
        var due = shop.Read(db => db.Query(
            $"SELECT OrderNumber, Tries FROM Payment WHERE PaidMs IS NULL AND DueMs <= {shop.NowMs} ORDER BY DueMs LIMIT 16",
            row => (Order: row.GetString(0), Tries: row.GetInt32(1))));
        await Task.WhenAll(due.Select(payment => CallBack(client, payment.Order, payment.Tries, cancellationToken)));
    }

    private async Task CallBack(HttpClient client, string order, int tries, CancellationToken cancellationToken)
    {
        if (await IsTaken(client, order, cancellationToken))
        {
            shop.Write(db => db.Execute($"UPDATE Payment SET PaidMs = {shop.NowMs} WHERE OrderNumber = {order}"));
            return;
        }

        var next = shop.NowMs + Math.Min(LongestPauseMs, 200 << Math.Min(tries, 5));
        shop.Write(db => db.Execute($"UPDATE Payment SET Tries = {tries + 1}, DueMs = {next} WHERE OrderNumber = {order}"));
    }

    private async Task<bool> IsTaken(HttpClient client, string order, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["order"] = order,
            ["status"] = "paid",
            ["signature"] = TakePayment.Sign(order, "paid"),
        });
        try
        {
            using var answer = await client.PostAsync("payment/callback", form, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogUnanswered(order, failure.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call-backs wait: {Reason}")]
    private partial void LogBusy(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The shop did not answer the call-back of {Order}: {Reason} It is called again.")]
    private partial void LogUnanswered(string order, string reason);
}
