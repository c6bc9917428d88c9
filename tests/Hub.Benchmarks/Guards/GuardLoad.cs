using System.Collections.Concurrent;
using System.Diagnostics;
using Hub.Benchmarks.Running;

namespace Hub.Benchmarks.Guards;

/// <summary>An answer as its shopper got it.</summary>
internal readonly record struct GuardAnswer(int Shopper, int Gateway, long Received, bool New, bool Failed);

/// <summary>Shoppers with cookies who ask for pages at a steady rate, and every answer of theirs.</summary>
internal sealed class GuardLoad : IDisposable
{
    private const int Shoppers = 200;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false });
    private readonly CancellationTokenSource _stop = new();
    private readonly string[] _cookies = new string[Shoppers];
    private readonly Uri[] _gateways;
    private readonly int _rate;
    private ConcurrentQueue<GuardAnswer> _answers = new();
    private Task _sending = Task.CompletedTask;

    private GuardLoad(Uri[] gateways, int rate) => (_gateways, _rate) = (gateways, rate);

    /// <summary>Answers since the last <see cref="Begin"/>.</summary>
    public IReadOnlyCollection<GuardAnswer> Answers => _answers;

    public static async Task<GuardLoad> StartAsync(Uri[] gateways, int rate)
    {
        var load = new GuardLoad(gateways, rate);
        for (var i = 0; i < Shoppers; i++)
        {
            using var first = await load._client.GetAsync(gateways[0]);
            load._cookies[i] = first.Headers.GetValues("Set-Cookie").First(value => value.StartsWith("hub=", StringComparison.Ordinal)).Split(';')[0];
        }

        load._sending = Pace.KeepAsync(load._rate, load.SendAsync, load._stop.Token);
        return load;
    }

    /// <summary>Forgets the answers until now.</summary>
    public void Begin() => _answers = new ConcurrentQueue<GuardAnswer>();

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
    }

    public void Dispose()
    {
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(int i)
    {
        // Each shopper comes to each gateway in turn.
        var (shopper, gateway) = (i % Shoppers, (i + (i / Shoppers)) % _gateways.Length);
        using var request = new HttpRequestMessage(HttpMethod.Get, _gateways[gateway]) { Headers = { { "Cookie", _cookies[shopper] } } };
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var received = Stopwatch.GetTimestamp();
            var side = answer.Headers.TryGetValues("Side", out var named) ? named.First() : "";
            _answers.Enqueue(new GuardAnswer(shopper, gateway, received, side == "new", !answer.IsSuccessStatusCode));
        }
        catch (HttpRequestException e)
        {
            Console.WriteLine($"a request failed: {e.Message}");
        }
    }
}
