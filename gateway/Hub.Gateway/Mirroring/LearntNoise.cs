using System.Collections.Concurrent;
using Hub.Gateway.Mirroring.Comparing;

namespace Hub.Gateway.Mirroring;

/// <summary>
/// What differs between two answers of one side to the same request is noise (SAFETY.md 18). Learnt of routes that are
/// declared repeatable, without the customer's cookies, at most each <see cref="Pause"/> and route, and forgotten after
/// <see cref="Good"/>. Strict places are never noise.
/// </summary>
/// <remarks>Bound: <see cref="MostFields"/> of a route, and as many routes as documents have.</remarks>
internal sealed class LearntNoise(TimeProvider time)
{
    private const int MostFields = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1), Good = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, Lesson> _lessons = new(StringComparer.OrdinalIgnoreCase);

    public bool IsNoise(string route, Mismatch mismatch) =>
        !mismatch.Strict && _lessons.TryGetValue(route, out var lesson)
        && lesson.Fields.TryGetValue(mismatch.Field, out var at) && time.GetUtcNow() - at < Good;

    /// <summary>Asks the answering side twice, and learns where its own answers differ.</summary>
    public async Task LearnAsync(MirrorCopy copy, CancellationToken cancellationToken)
    {
        var lesson = _lessons.GetOrAdd(copy.Route.Id, _ => new Lesson());
        var now = time.GetUtcNow();
        lock (lesson)
        {
            if (copy.Again is null || now - lesson.At < Pause)
            {
                return;
            }

            lesson.At = now;
        }

        var one = await copy.Lane.AskAsync(copy.Again, null, cancellationToken);
        var other = await copy.Lane.AskAsync(copy.Again, null, cancellationToken);
        if (one.Status == 0 || other.Status == 0)
        {
            return;
        }

        foreach (var mismatch in AnswerComparer.Compare(one, other, copy.Route.Rules, copy.Host).Where(mismatch => !mismatch.Strict))
        {
            if (lesson.Fields.Count < MostFields || lesson.Fields.ContainsKey(mismatch.Field))
            {
                lesson.Fields[mismatch.Field] = now;
            }
        }
    }

    private sealed class Lesson
    {
        public DateTimeOffset At { get; set; } = DateTimeOffset.MinValue;

        public ConcurrentDictionary<string, DateTimeOffset> Fields { get; } = new(StringComparer.Ordinal);
    }
}
