using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Hub.Town.Shoppers;

/// <summary>An order that a shopper saw accepted; the total is in EUR.</summary>
public sealed record AcceptedOrder(string Number, decimal Total, WalkKind Kind);

/// <summary>What a crowd's walks came to so far.</summary>
/// <param name="ErrorsByStep">Walks that broke, by the step at which they did.</param>
public sealed record CrowdTally(
    int Walks, int Orders, int Hiccups, int SentBack, int Oddities, ImmutableSortedDictionary<string, int> ErrorsByStep);

/// <summary>Many shoppers at a steady rate: walk n begins n/rate seconds after the first, however long the others take.</summary>
/// <param name="rate">Walks a second.</param>
public sealed class ShopperCrowd(ShopperOptions options, double rate) : IDisposable
{
    private const int MostAtOnce = 100;
    private const int WalksKept = 20_000;

    private readonly ConcurrentQueue<WalkFacts> _walks = new();
    private readonly ConcurrentDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private int _done;
    private int _orders;
    private int _hiccups;
    private int _sentBack;
    private int _oddities;

    public CrowdTally Tally => new(_done, _orders, _hiccups, _sentBack, _oddities, _errors.ToImmutableSortedDictionary());

    /// <summary>The last 20,000 walks that ended.</summary>
    public IReadOnlyCollection<WalkFacts> Walks => _walks;

    /// <summary>Every order that a shopper of the last 20,000 walks saw accepted.</summary>
    public ImmutableArray<AcceptedOrder> Orders =>
        [.. from walk in _walks where walk.Order is not null select new AcceptedOrder(walk.Order!, walk.OrderTotal ?? 0, walk.Kind)];

    /// <summary>Lets nobody in any more; who is inside ends their walk.</summary>
    public void Close() => _closing.Cancel();

    /// <summary>Lets shoppers in until there were so many or <see cref="Close"/>, and ends when the last is out.</summary>
    /// <param name="walks">How many; null is without end.</param>
    /// <param name="first">The number of the first walk.</param>
    /// <param name="cancellationToken">Ends all at once, in the middle of their walks.</param>
    public async Task RunAsync(int? walks, int first = 0, CancellationToken cancellationToken = default)
    {
        var start = options.Time.GetTimestamp();
        using var places = new SemaphoreSlim(MostAtOnce);
        var inside = new List<Task>();
        try
        {
            using var entering = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            for (var i = 0; walks is null || i < walks; i++)
            {
                var wait = TimeSpan.FromSeconds(i / rate) - options.Time.GetElapsedTime(start);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, options.Time, entering.Token);
                }

                await places.WaitAsync(entering.Token);
                inside.RemoveAll(walk => walk.IsCompletedSuccessfully);
                inside.Add(WalkOne(first + i));
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Closed: nobody else comes in.
        }
        finally
        {
            await Task.WhenAll(inside);
        }

        async Task WalkOne(int number)
        {
            try
            {
                Count(await Walk.RunAsync(options, number, null, cancellationToken));
            }
            finally
            {
                places.Release();
            }
        }
    }

    public void Dispose() => _closing.Dispose();

    private void Count(WalkFacts facts)
    {
        _walks.Enqueue(facts);
        while (_walks.Count > WalksKept && _walks.TryDequeue(out _))
        {
        }

        Interlocked.Increment(ref _done);
        Interlocked.Add(ref _orders, facts.Order is null ? 0 : 1);
        Interlocked.Add(ref _hiccups, facts.Hiccups.Length);
        Interlocked.Add(ref _sentBack, facts.SentBack);
        Interlocked.Add(ref _oddities, facts.Oddities.Length);
        if (facts.Broken is { } broken)
        {
            _errors.AddOrUpdate(broken.Split(':')[0], 1, (_, count) => count + 1);
        }
    }
}
