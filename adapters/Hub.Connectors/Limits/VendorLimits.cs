using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Hub.Connectors.Limits;

/// <summary>
/// Keeps a connector's calls within its vendor's limits: each waits until it fits, up to <see cref="ConnectorOptions.LimitWait"/>. After an answer with
/// Retry-After no call under the same limits is made as long as the vendor says.
/// </summary>
public sealed class VendorLimits
{
    private readonly Lock _lock = new();
    private readonly ConnectorOptions _options;
    private readonly TimeProvider _time;
    private readonly ImmutableArray<(Regex Path, LimitGate Gate)> _gates;
    private readonly ImmutableArray<LimitGate> _rest;
    private int _waiting;

    public VendorLimits(ConnectorOptions options, IEnumerable<VendorLimit> limits, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var now = time.GetUtcNow();
        _gates = [.. limits.Select(limit => (PathOf(limit), new LimitGate(limit, now)))];
        _rest = [new LimitGate(new VendorLimit(options.Vendor), now)];
    }

    /// <summary>How many calls wait until they fit.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Makes the call when it fits.</summary>
    /// <exception cref="LimitReachedException">It would have to wait too long.</exception>
    internal async ValueTask<T> PassAsync<T>(
        HttpRequestMessage request, Func<ValueTask<T>> call, Func<T, HttpResponseMessage?> answer, CancellationToken cancellationToken)
    {
        var gates = GatesOf(request);
        var costs = gates.Select(gate => gate.Limit.Cost?.Invoke(request) ?? 1).ToArray();
        var places = await PlacesAsync(gates, cancellationToken);
        try
        {
            await ReserveAsync(gates, costs, cancellationToken);
            try
            {
                var result = await call();
                Learn(gates, costs, answer(result));
                return result;
            }
            finally
            {
                Each(gates, (gate, i) => gate.GiveBack(costs[i], made: true));
            }
        }
        finally
        {
            places.ForEach(place => place.Release());
        }
    }

    /// <summary>Takes a place at each limit of concurrency, always in the same order, so that no two wait for each other.</summary>
    private async Task<List<SemaphoreSlim>> PlacesAsync(ImmutableArray<LimitGate> gates, CancellationToken cancellationToken)
    {
        var places = new List<SemaphoreSlim>();
        using var patience = new CancellationTokenSource(_options.LimitWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            foreach (var gate in gates.Where(gate => gate.Places is not null))
            {
                await WaitAsync(gate.Places!.WaitAsync(either.Token));
                places.Add(gate.Places);
            }

            return places;
        }
        catch (OperationCanceledException)
        {
            places.ForEach(place => place.Release());
            cancellationToken.ThrowIfCancellationRequested();
            throw Reached(gates.First(gate => gate.Places is not null), TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Takes the call out of each bucket at once and waits until it is covered: who came before goes before.</summary>
    private async Task ReserveAsync(ImmutableArray<LimitGate> gates, double[] costs, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (gates.MaxBy(gate => gate.ClosedFor(now)) is { } closed && closed.ClosedFor(now) > TimeSpan.Zero)
            {
                throw Reached(closed, closed.ClosedFor(now));
            }

            var waits = gates.Select((gate, i) => gate.WaitFor(costs[i], now)).ToArray();
            wait = waits.Max();
            if (wait > _options.LimitWait)
            {
                throw Reached(gates[Array.IndexOf(waits, wait)], wait);
            }

            Each(gates, (gate, i) => gate.Take(costs[i]));
        }

        try
        {
            if (wait > TimeSpan.Zero)
            {
                await WaitAsync(Task.Delay(wait, _time, cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            Each(gates, (gate, i) => gate.GiveBack(costs[i], made: false));
            throw;
        }
    }

    private async Task WaitAsync(Task wait)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await wait;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void Learn(ImmutableArray<LimitGate> gates, double[] costs, HttpResponseMessage? answer)
    {
        if (answer is null)
        {
            return;
        }

        var now = _time.GetUtcNow();
        var after = answer.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - now : null;
        var tooMany = answer.StatusCode == HttpStatusCode.TooManyRequests;
        var closes = after > TimeSpan.Zero && (tooMany || answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        Each(gates, (gate, i) =>
        {
            if (gate.Limit.Read?.Invoke(answer) is { } news)
            {
                gate.Learn(news, costs[i], now);
            }

            if (closes)
            {
                gate.CloseUntil(now + after!.Value);
            }
            else if (tooMany)
            {
                gate.Empty(now);
            }
        });
    }

    private void Each(ImmutableArray<LimitGate> gates, Action<LimitGate, int> action)
    {
        lock (_lock)
        {
            for (var i = 0; i < gates.Length; i++)
            {
                action(gates[i], i);
            }
        }
    }

    private ImmutableArray<LimitGate> GatesOf(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        var below = _options.Address!.AbsolutePath.TrimEnd('/');
        path = path.StartsWith(below, StringComparison.OrdinalIgnoreCase) ? path[below.Length..] : path;
        ImmutableArray<LimitGate> gates =
        [
            .. _gates.Where(gate => (gate.Gate.Limit.Method ?? request.Method.Method).Equals(request.Method.Method, StringComparison.OrdinalIgnoreCase)
                && gate.Path.IsMatch(path)).Select(gate => gate.Gate),
        ];
        return gates.IsEmpty ? _rest : gates;
    }

    private LimitReachedException Reached(LimitGate gate, TimeSpan after) => new(
        string.Create(CultureInfo.InvariantCulture, $"The limit {gate.Limit.Name} of {_options.Vendor} is used up for {after.TotalSeconds:0.#} s; the call was not made."), after);

    private static Regex PathOf(VendorLimit limit) => new(
        limit.Path.Length == 0 ? "" : $"^{Regex.Replace(Regex.Escape(limit.Path), @"\\\{[^}]*\}", "[^/]+")}/?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
