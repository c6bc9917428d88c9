using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Verification.Joined;

/// <summary>
/// Compares the source rows that are kept of one table with the source:
/// 1. chunks of the source's rows are read, and then what is kept of their keys;
/// 2. what is kept is read in pages, and the source asked for its keys: what it has no row of is extra.
/// Keys that differ, as those do that are on their way, are looked at again under watermarks (<see cref="KeptSuspects"/>).
/// </summary>
/// <remarks>What is the same needs no watermark: what is kept now is what the source had when it was read.</remarks>
internal sealed class KeptCheck(VerifiedTarget target, KeptTable kept, VerificationPace pace, TimeProvider time) : ITableCheck
{
    private const string Extra = "@kept";
    private const int KeysAtOnce = 2_000;
    private const int SuspectsAtOnce = 1_000;
    private readonly KeptSuspects _suspects = new(target, kept, time);
    private readonly List<ChangeRow> _waiting = [];
    private long _rows;

    /// <summary>Called after each part that is settled.</summary>
    public required Func<TableStep, Task> Settled { get; init; }

    public async Task RunAsync(ChangeRow? after, CancellationToken cancellationToken)
    {
        if (CheckPlace.Of(after, Extra) is not { } place)
        {
            await CompareAsync(after, cancellationToken);
            place = "";
        }

        await FindExtraAsync(place, cancellationToken);
    }

    private async Task CompareAsync(ChangeRow? after, CancellationToken cancellationToken)
    {
        for (var last = false; !last;)
        {
            var rows = await target.Source.ReadChunkAsync(kept.Source, after, upTo: null, pace.ChunkRows, cancellationToken);
            last = rows.Length < pace.ChunkRows;
            after = rows.IsEmpty ? after : VerifiedTarget.KeyOf(kept.Source, rows[^1]);
            foreach (var some in rows.Chunk(KeysAtOnce))
            {
                var keys = Array.ConvertAll(some, row => VerifiedTarget.KeyOf(kept.Source, row));
                var there = await kept.ReadAsync(keys, cancellationToken);
                _waiting.AddRange(keys.Where((key, i) => !KeptTable.AreSame(kept.Of(some[i]), there.GetValueOrDefault(KeptTable.KeyOf(key)))));
            }

            await SettleAsync(last ? CheckPlace.At(Extra, "") : after, rows.Length, last, cancellationToken);
            await pace.KeepAsync(rows.Length, cancellationToken);
        }
    }

    private async Task FindExtraAsync(string after, CancellationToken cancellationToken)
    {
        var pageRows = Math.Min(pace.ChunkRows, KeysAtOnce);
        for (var last = false; !last;)
        {
            var page = await kept.ReadPageAsync(after, pageRows, cancellationToken);
            last = page.Count < pageRows;
            after = page.Count == 0 ? after : page[^1].Key;
            var keys = page.Select(KeptTable.SourceKeyOf).ToList();
            var there = new HashSet<object?[]>(KeyComparer.Instance);
            foreach (var row in keys.Count == 0 ? [] : await target.Source.ReadRowsAsync(kept.Source, keys, cancellationToken))
            {
                there.Add(KeptTable.KeyOf(VerifiedTarget.KeyOf(kept.Source, row)));
            }

            _waiting.AddRange(keys.Where(key => !there.Contains(KeptTable.KeyOf(key))));
            await SettleAsync(CheckPlace.At(Extra, after), 0, last, cancellationToken);
            await pace.KeepAsync(page.Count, cancellationToken);
        }
    }

    private async Task SettleAsync(ChangeRow? place, int rows, bool last, CancellationToken cancellationToken)
    {
        _rows += rows;
        if (_waiting.Count == 0 || last || _waiting.Count >= SuspectsAtOnce || pace.IsTimeToSettle())
        {
            var differences = await _suspects.CheckAsync(_waiting, cancellationToken);
            await Settled(new TableStep(place, _rows, differences));
            _waiting.Clear();
            _rows = 0;
        }
    }
}

/// <summary>Where a check of several passes stands, so that it can be kept as a source's key is: a row of one column, named for the pass.</summary>
internal static class CheckPlace
{
    public static ChangeRow At(string pass, string place) => new(new ColumnNames([pass]), [new ChangeValue(ChangeValueKind.Text, place)]);

    /// <summary>Null where it stands in no such pass.</summary>
    public static string? Of(ChangeRow? kept, string pass) => kept is not null && kept.TryGet(pass, out var place) ? place.Text : null;
}
