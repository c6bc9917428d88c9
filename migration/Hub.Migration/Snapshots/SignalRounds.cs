namespace Hub.Migration.Snapshots;

/// <summary>
/// At which watermark the copy of a table by signal begins, for all targets of a dataset: targets that begin at the same one have
/// the same signal, since its id is drawn from the watermark, and so one signal serves them all.
/// </summary>
/// <param name="newest">The counter of the newest watermark that was written.</param>
/// <param name="targets">How many targets the dataset has: several are given some seconds to come together.</param>
internal sealed class SignalRounds(Func<long> newest, int targets)
{
    private const int ToComeTogether = 3;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _rounds = new(StringComparer.Ordinal);

    /// <param name="applied">The counter of the newest watermark that the target has applied, 0 where it has none: its round comes later.</param>
    public long Next(string table, long applied)
    {
        lock (_lock)
        {
            // A target that is behind comes by the round that others have passed, and by their signal's rows after it.
            var now = newest();
            return _rounds.TryGetValue(table, out var round) && round > (applied == 0 ? now : applied)
                ? round
                : _rounds[table] = Math.Max(applied, now) + (targets > 1 ? ToComeTogether : 1);
        }
    }
}
