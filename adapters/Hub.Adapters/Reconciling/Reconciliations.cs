using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Adapters.Orders;
using Hub.Control.Protocol;
using Hub.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Reconciling;

/// <summary>Comparisons that were asked for: one at a time, each kept until many newer ones came, or the plane ends.</summary>
internal sealed partial class Reconciliations(ReadBooks books, IProcessStore store, Intake intake, TimeProvider time, ILogger<Reconciliations> logger) : BackgroundService
{
    private const int Kept = 50;
    private readonly ConcurrentDictionary<string, ReconciliationView> _views = new();
    private readonly ConcurrentQueue<string> _ids = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly ConcurrentQueue<(string Id, Day Day)> _waiting = new();

    public ReconciliationView? Find(string id) => _views.GetValueOrDefault(id);

    public ReconciliationView Start(Day day, string? channel)
    {
        var view = new ReconciliationView(
            Guid.NewGuid().ToString("N")[..12], day.Date, day.Zone.Id, day.From, day.Until, channel, "running", [], [], []);
        _views[view.Id] = view;
        _ids.Enqueue(view.Id);
        while (_ids.Count > Kept && _ids.TryDequeue(out var oldest))
        {
            _views.TryRemove(oldest, out _);
        }

        _waiting.Enqueue((view.Id, day));
        _asked.Release();
        return view;
    }

    public override void Dispose()
    {
        base.Dispose();
        _asked.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _asked.WaitAsync(stoppingToken);
            if (_waiting.TryDequeue(out var next) && _views.TryGetValue(next.Id, out var view))
            {
                try
                {
                    Keep(await CompareAsync(view, next.Day, stoppingToken));
                }
#pragma warning disable CA1031 // The consumer loop: a comparison that fails is told as such.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogFailed(logger, e, view.Day);
                    Keep(view with { State = "failed", Problem = e.Message });
                }
            }
        }
    }

    private void Keep(ReconciliationView view)
    {
        if (_views.ContainsKey(view.Id))
        {
            _views[view.Id] = view;
        }
    }

    private async Task<ReconciliationView> CompareAsync(ReconciliationView view, Day day, CancellationToken cancellationToken)
    {
        var read = await books.ReadAsync(day, view.Channel, cancellationToken);
        var differences = ImmutableArray.CreateBuilder<OrderDifference>();
        foreach (var difference in CompareBooks.Differences(read, intake.At))
        {
            differences.Add(difference.PointsTo == DifferencePoint.Unexplained ? await LookAgainAsync(read, difference, cancellationToken) : difference);
        }

        var notes = CompareBooks.Notes(read);
        return view with
        {
            State = "done",
            Sums = CompareBooks.Sums(read),
            Differences = differences.ToImmutable(),
            Complete = !read.Sides.Any(side => side.Book.Silent is not null),
            Notes = time.GetUtcNow() < day.Until ? [.. notes, "the day is not over yet"] : notes,
        };
    }

    /// <summary>An order that went on while the sides were asked is under way.</summary>
    private async Task<OrderDifference> LookAgainAsync(DayBooks read, OrderDifference difference, CancellationToken cancellationToken)
    {
        var now = await store.FindAsync(OrderDefinition.Name, difference.Key, cancellationToken);
        var before = read.Orders.Values.FirstOrDefault(order => order.View.Key == difference.Key)?.View;
        return now is null || (before is not null && now.UpdatedAt == before.UpdatedAt && now.State == before.State)
            ? difference
            : difference with { PointsTo = DifferencePoint.UnderWay, Detail = "It went on while the books were compared." };
    }

    [LoggerMessage(LogLevel.Error, "The books of {Day} could not be compared.")]
    private static partial void LogFailed(ILogger logger, Exception exception, DateOnly day);
}
