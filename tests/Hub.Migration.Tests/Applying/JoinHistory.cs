using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Tests.Mapping;

namespace Hub.Migration.Tests.Applying;

/// <summary>
/// A source whose rows are joined for the target, written to at random while the target is fed from it, killed and taken again: rows
/// that the target refuses until the end, changes of keys, truncates of each table, transactions in slices.
/// </summary>
internal sealed class JoinHistory
{
    private readonly Random _random;
    private readonly JoinedShop _shop;
    private long _next;

    public JoinHistory(int seed)
    {
        _random = new Random(seed);
        _shop = new JoinedShop(_random, store: true);
    }

    public TargetMapping Mapping { get; } = JoinedShop.Bind();

    public List<string> Expected => _shop.Expected();

    public async Task RunAsync(
        Func<Func<string, IReadOnlyList<ChangeRow>, CancellationToken, Task<IReadOnlyList<ChangeRow>>>, Task<ITargetSession>> take, CancellationToken cancellationToken)
    {
        ITargetSession? session = null;
        for (var batch = 0; batch <= 20; batch++)
        {
            var changes = new List<ChangeEvent>();
            for (var i = 1 + _random.Next(6); i > 0 && batch < 20; i--)
            {
                _shop.Step(changes);
            }

            if (batch == 20)
            {
                _shop.Heal(changes);
            }

            for (var done = false; !done;)
            {
                session ??= await take((table, keys, _) => Task.FromResult(_shop.Read(table, keys)));
                ((TargetSession)session).BetweenSteps = _random.Next(4) == 0 ? Plug() : null;
                try
                {
                    await FeedAsync(session, changes, cancellationToken);
                    done = true;
                }
                catch (IOException)
                {
                    await session.DisposeAsync();
                    session = null;
                }
            }
        }

        ((TargetSession)session!).BetweenSteps = null;
        await session.RetryAsync(null, cancellationToken);
        await session.DisposeAsync();
    }

    private async Task FeedAsync(ITargetSession session, List<ChangeEvent> changes, CancellationToken cancellationToken)
    {
        // It may have been killed after the commit, when what waits was tried again.
        var from = session.State.Point.Next;
        if (from == _next)
        {
            var half = _random.Next(changes.Count + 1);
            var next = new FeedPoint("log", from + 1, new Position((ulong)from + 1));
            var parts = half == 0 ? [changes] : new[] { changes[..half], changes[half..] };
            for (var i = 0; i < parts.Length; i++)
            {
                await session.ApplyAsync(new AppliedBatch(MappedChanges.Map(Mapping, Shop.Dataset, parts[i]), next, Open: i < parts.Length - 1), cancellationToken);
            }
        }

        _next++;
    }

    private Action Plug()
    {
        var left = _random.Next(15);
        return () =>
        {
            if (left-- == 0)
            {
                throw new IOException("plug pulled");
            }
        };
    }
}
