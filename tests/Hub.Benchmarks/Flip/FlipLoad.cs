using System.Collections.Concurrent;
using System.Diagnostics;
using Hub.Benchmarks.Running;
using Hub.Control.Protocol;
using Hub.Placement;

namespace Hub.Benchmarks.Flip;

/// <summary>Shoppers at a steady rate, and the judge of where their requests went.</summary>
internal sealed class FlipLoad : IDisposable
{
    private const int Shoppers = 200;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false });
    private readonly ConcurrentBag<Answer> _answers = [];
    private readonly List<(long Sent, long Acknowledged, int Share)> _flips = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly (string Cookie, int Bucket)[] _shoppers = new (string, int)[Shoppers];
    private readonly Uri[] _gateways;
    private readonly int _rate;
    private Task _sending = Task.CompletedTask;
    private int _failed;

    private FlipLoad(Uri[] gateways, int rate) => (_gateways, _rate) = (gateways, rate);

    /// <summary>Learns the shoppers' buckets at share 100 (New tells the key that it was given), then sends.</summary>
    public static async Task<FlipLoad> StartAsync(HubProcesses hub, int rate)
    {
        var load = new FlipLoad(hub.Gateways, rate);
        var start = Stopwatch.GetTimestamp();
        var revision = (await hub.Control.GetGroupAsync("shop")).Revision;
        await hub.Control.ShiftGroupAsync("shop", new ShiftGroup(100, Wait: true), $"\"{revision}\"");
        load.Flipped(start, Stopwatch.GetTimestamp(), 100);
        for (var i = 0; i < Shoppers; i++)
        {
            load._shoppers[i] = await load.MeetAsync();
        }

        load._sending = Pace.KeepAsync(load._rate, load.SendAsync, load._stop.Token);
        return load;
    }

    /// <summary>A flip was sent and acknowledged; in between either share may have placed.</summary>
    public void Flipped(long sent, long acknowledged, int share) => _flips.Add((sent, acknowledged, share));

    public async Task<(int Requests, int Failed, int Misplaced)> StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        return (_answers.Count + _failed, _failed, _answers.Count(answer => !Allowed(answer)));
    }

    public void Dispose()
    {
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task<(string Cookie, int Bucket)> MeetAsync()
    {
        using var first = await _client.GetAsync(_gateways[0]);
        var cookie = first.Headers.GetValues("Set-Cookie").First(value => value.StartsWith("hub=", StringComparison.Ordinal)).Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, _gateways[0]) { Headers = { { "Cookie", cookie } } };
        using var second = await _client.SendAsync(request);
        return CustomerKey.TryParse(second.Headers.GetValues("Customer").Single(), out var key)
            ? (cookie, key.Bucket(Salt.Of("hub")))
            : throw new InvalidOperationException("New was not told the customer's key.");
    }

    private async Task SendAsync(int i)
    {
        var (cookie, bucket) = _shoppers[i % Shoppers];
        using var request = new HttpRequestMessage(
            i % 10 == 0 ? HttpMethod.Post : HttpMethod.Get, new Uri(_gateways[i % _gateways.Length], $"r{i % 50}/page"));
        request.Headers.Add("Cookie", cookie);
        if (request.Method == HttpMethod.Post)
        {
            request.Content = new StringContent("quantity=1");
        }

        var sent = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await _client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            _answers.Add(new Answer(sent, Stopwatch.GetTimestamp(), bucket, answer.Headers.GetValues("Side").Single() == "new"));
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private bool Allowed(Answer answer)
    {
        for (var i = 0; i < _flips.Count; i++)
        {
            var mayStand = _flips[i].Sent <= answer.Received
                && (i + 1 == _flips.Count || _flips[i + 1].Acknowledged >= answer.Sent);
            if (mayStand && answer.New == answer.Bucket < _flips[i].Share * 100)
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Answer(long Sent, long Received, int Bucket, bool New);
}
