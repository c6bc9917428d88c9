using Hub.ChangeFeed.Postgres;

namespace Hub.ChangeFeed.Tests.Postgres;

/// <summary>A feed as a target reads it, without the target: whole transactions alone are kept, and acknowledged.</summary>
internal static class FeedReading
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Reads until an event of the kept ones fulfils the condition.</summary>
    public static async Task<(List<ChangeEvent> Events, FeedPoint Point)> UntilAsync(this IChangeFeed feed, FeedPoint point, Func<ChangeEvent, bool> last, CancellationToken cancellationToken)
    {
        var (events, open) = (new List<ChangeEvent>(), new List<ChangeEvent>());
        var started = TimeProvider.System.GetTimestamp();
        while (!events.Any(last))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"not seen within {Deadline}; {events.Count} events came");
            var batch = await feed.ReadAsync(cancellationToken);
            open.AddRange(batch.Events);
            if (!batch.Open)
            {
                events.AddRange(open);
                open.Clear();
                point = batch.Next;
                await feed.AcknowledgeAsync(point, cancellationToken);
            }
        }

        return (events, point);
    }

    /// <summary>Reads as a target does that dies before it has kept anything.</summary>
    public static async Task UntilUnacknowledgedAsync(this IChangeFeed feed, Func<ChangeEvent, bool> last, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!(await feed.ReadAsync(cancellationToken)).Events.Any(last))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"not seen within {Deadline}");
        }
    }

    /// <summary>Writes a watermark and reads up to it; it is not among the events.</summary>
    public static async Task<(List<ChangeEvent> Events, FeedPoint Point)> ToNowAsync(this IChangeFeed feed, PostgresSource source, FeedPoint point, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N");
        await source.WriteWatermarkAsync("shop", "test", mark, DateTimeOffset.UnixEpoch, cancellationToken);
        var (events, next) = await feed.UntilAsync(point, change => Sources.Watermark.Of(change)?.Mark == mark, cancellationToken);
        return ([.. events.Where(change => change.Table != Sources.Watermark.Table)], next);
    }
}
