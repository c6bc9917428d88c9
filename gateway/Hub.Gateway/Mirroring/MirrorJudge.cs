using Hub.Gateway.Figures;
using Hub.Gateway.Mirroring.Comparing;
using Hub.Gateway.Mirroring.Diffs;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Mirroring;

/// <summary>
/// Compares the two answers to a request and writes down what it finds: a sample, and where they differ a diff. One at a
/// time, and idle three times as long as it works: comparing takes a quarter of one processor at most, and what comes
/// faster is dropped by the queues.
/// </summary>
internal sealed partial class MirrorJudge(
    LearntNoise noise,
    SampleCounts counts,
    DiffStore diffs,
    FigureBoard figures,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<MirrorJudge> logger) : IDisposable
{
    private const int IdleFor = 3;

    private readonly SemaphoreSlim _one = new(1);

    public async Task JudgeAsync(MirrorCopy copy, Answer actual, CancellationToken cancellationToken)
    {
        try
        {
            var expected = copy.Expected();
            var mismatches = await WorkAsync(() => AnswerComparer.Compare(expected, actual, copy.Route.Rules, copy.Host), cancellationToken);
            if (mismatches.Count > 0 && actual.Status != 0 && copy.Again is not null)
            {
                await noise.LearnAsync(copy, cancellationToken);
                mismatches.RemoveAll(mismatch => noise.IsNoise(copy.Route.Id, mismatch));
            }

            counts.Add(copy, expected, actual, mismatches);
            var strict = mismatches.Exists(mismatch => mismatch.Strict);
            metrics.Compared(copy.Route.Group, copy.Answering, mismatches.Count == 0, strict);
            if (strict && actual.Status != 0)
            {
                figures.Of(copy.Route.Group).MoneyMismatched();
            }

            if (mismatches.Count > 0)
            {
                await WorkAsync(() => diffs.Keep(copy, expected, actual, mismatches), cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // An answer that can't be compared must not end the lane; nothing is counted for it.
            LogNotCompared(logger, copy.Route.Id, e);
        }
    }

    private async Task<T> WorkAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var started = time.GetTimestamp();
            var done = work();
            await Task.Delay(time.GetElapsedTime(started) * IdleFor, time, cancellationToken);
            return done;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    [LoggerMessage(70, LogLevel.Error, "Answers of route {Route} could not be compared.")]
    private static partial void LogNotCompared(ILogger logger, string route, Exception exception);
}
