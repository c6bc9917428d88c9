using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Adapters.Stock;
using Hub.Adapters.Stock.Store;
using Hub.Connectors;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests.Stock;

/// <summary>A marketplace that is told numbers, and answers as the test wants or the dice say.</summary>
internal sealed class FakeChannel(ToldChannel channel, FakeTimeProvider time, int batchSize = 5, double callsPerSecond = 10)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>What each article stands at there.</summary>
    public ConcurrentDictionary<(string Sku, string Place), string> Held { get; } = new();

    public ConcurrentQueue<ImmutableArray<Telling>> Calls { get; } = [];

    /// <summary>What a call comes to; null: it is done.</summary>
    public Func<ImmutableArray<Telling>, CancellationToken, Task<CallOutcome<ImmutableArray<NotTaken>>?>> Fault { get; set; } =
        (_, _) => Task.FromResult<CallOutcome<ImmutableArray<NotTaken>>?>(null);

    public ChannelPort Port => new(channel, this, batchSize, callsPerSecond, TellAsync)
    {
        Timeout = TimeSpan.FromSeconds(10),
        Window = Window,
    };

    public void Take(IEnumerable<Telling> batch)
    {
        foreach (var telling in batch)
        {
            Held[(telling.Sku.Text, telling.Place)] = telling.Value;
        }
    }

    /// <summary>Faults by the dice: not done, done without an answer, done late, refused for one bad article, taken in part, cut.</summary>
    public void Roll(Random random, string bad) => Fault = async (batch, cancel) =>
    {
        if (batch.Any(telling => telling.Sku.Text == bad))
        {
            return batch.Length > 1
                ? new CallOutcome<ImmutableArray<NotTaken>>.Refused("One of them is bad.")
                : new CallOutcome<ImmutableArray<NotTaken>>.Refused("It is bad.");
        }

        switch (Dice(random, 8))
        {
            case 0:
                return new CallOutcome<ImmutableArray<NotTaken>>.NotDone("Too many calls.", TimeSpan.FromSeconds(2));
            case 1:
                Take(batch);
                return new CallOutcome<ImmutableArray<NotTaken>>.Unknown("No answer.");
            case 2:
                // Carried out at any time within the window.
                TakeLater(batch, TimeSpan.FromSeconds(Dice(random, 29)));
                return new CallOutcome<ImmutableArray<NotTaken>>.Unknown("No answer.");
            case 3:
                Take(batch.Skip(1));
                return new CallOutcome<ImmutableArray<NotTaken>>.Done([new NotTaken(batch[0].Sku, "Later.", Again: true)]);
            case 4:
                await HangAsync(batch, Dice(random, 2) == 0, cancel);
                return null;
            default:
                return null;
        }
    };

    private static int Dice(Random random, int sides)
    {
        lock (random)
        {
            return random.Next(sides);
        }
    }

    private async Task<CallOutcome<ImmutableArray<NotTaken>>> TellAsync(ImmutableArray<Telling> batch, CancellationToken cancellationToken)
    {
        Calls.Enqueue(batch);
        if (await Fault(batch, cancellationToken) is { } outcome)
        {
            return outcome;
        }

        Take(batch);
        return new CallOutcome<ImmutableArray<NotTaken>>.Done([]);
    }

    // A kill while it hangs may come before or after the vendor has done it.
    private async Task HangAsync(ImmutableArray<Telling> batch, bool early, CancellationToken cancellationToken)
    {
        if (early)
        {
            Take(batch);
        }

        try
        {
            await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            TakeLater(batch, TimeSpan.FromSeconds(20));
            throw;
        }
    }

    private void TakeLater(ImmutableArray<Telling> batch, TimeSpan after)
    {
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                Take(batch);
                timer?.Dispose();
            },
            null, after, Timeout.InfiniteTimeSpan);
    }
}
