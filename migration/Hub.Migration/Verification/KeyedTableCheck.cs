using System.Runtime.InteropServices;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>
/// Compares a table whose keys do not stand in one order on both sides (a text by another collation, a computed key): the
/// target's rows are read by the keys that the source makes, and afterwards all of the target's keys are held against those.
/// </summary>
/// <remarks>
/// For the second part eight bytes are kept of each key, of at most <see cref="MostRows"/> rows. It can't go on after a
/// restart: the table is begun anew then.
/// </remarks>
internal sealed class KeyedTableCheck(VerifiedTarget target, TableMapping table, DatabaseTable source, VerificationPace pace, TimeProvider time)
{
    public const int MostRows = 100_000_000;
    private readonly SuspectCheck _suspects = new(target, table, source, time);
    private readonly MappedType[] _types = [.. table.Key.Select(place => table.Columns[place].Type)];
    private readonly List<ulong> _keys = [];

    /// <summary>Called after each part that is settled.</summary>
    public required Func<TableStep, Task> Settled { get; init; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _keys.Clear();
            using var window = StreamWindow.Of(target, table, time);
            if (await CompareAsync(window, cancellationToken) && await FindExtraAsync(window, cancellationToken))
            {
                return;
            }

            // More keys were touched than are kept: begun anew when the stream is quieter.
            await Task.Delay(TimeSpan.FromSeconds(5), time, cancellationToken);
        }
    }

    private async Task<bool> CompareAsync(StreamWindow window, CancellationToken cancellationToken)
    {
        ChangeRow? after = null;
        var low = await window.MarkAsync(cancellationToken);
        var effects = new List<RowEffect>();
        for (var last = false; !last;)
        {
            var rows = await target.Source.ReadChunkAsync(source, after, upTo: null, pace.ChunkRows, cancellationToken);
            var high = await window.MarkAsync(cancellationToken);
            last = rows.Length < pace.ChunkRows;
            after = rows.Length == 0 ? after : VerifiedTarget.KeyOf(source, rows[^1]);
            var expected = new List<Expected>(rows.Length);
            var suspects = new List<Suspect>();
            foreach (var row in rows)
            {
                effects.Clear();
                if (target.Map(source, row, effects) is not null && table.MapKey(row) is { } key)
                {
                    suspects.Add(new Suspect(target.AsRead(key), VerifiedTarget.KeyOf(source, row)));
                    Keep(suspects[^1].Key);
                }

                foreach (var effect in effects)
                {
                    if (effect.Table.Name == table.Name)
                    {
                        expected.Add(new Expected(target.AsRead(effect.Key), effect.Row is null ? null : target.AsRead(effect.Row), row));
                        Keep(expected[^1].Key);
                    }
                }
            }

            await window.AppliedAsync(high, cancellationToken);
            var actual = await target.Store.ReadRowsAsync(table, expected.ConvertAll(row => row.Key), cancellationToken);
            if (window.Since(low) is not { } touched)
            {
                return false;
            }

            RowComparison.Compare(table, expected, actual, (key, row) => suspects.Add(new Suspect(key, row is { } found ? VerifiedTarget.KeyOf(source, found.Source) : null)));
            suspects.AddRange(expected.Where(row => touched.ContainsKey(row.Key)).Select(row => new Suspect(row.Key, touched[row.Key].SourceKey)));
            await Settled(new TableStep(null, rows.Length, suspects.Count == 0 ? [] : await _suspects.CheckAsync(suspects, cancellationToken)));
            await pace.KeepAsync(rows.Length, cancellationToken);
        }

        _keys.Sort();
        return true;
    }

    /// <summary>Keys that no source row made: certain where nothing touched them since the first row was read.</summary>
    private async Task<bool> FindExtraAsync(StreamWindow window, CancellationToken cancellationToken)
    {
        object?[]? after = null;
        for (var last = false; !last;)
        {
            var rows = await target.Store.ReadRangeAsync(table, after, upTo: null, pace.ChunkRows, cancellationToken);
            last = rows.Length < pace.ChunkRows;
            if (window.Since(0) is not { } touched)
            {
                return false;
            }

            var suspects = new List<Suspect>();
            foreach (var row in rows)
            {
                after = RowComparison.KeyOf(table, row);
                if (CollectionsMarshal.AsSpan(_keys).BinarySearch(Hash(after)) < 0)
                {
                    suspects.Add(new Suspect(after, touched.GetValueOrDefault(after)?.SourceKey));
                }
            }

            if (suspects.Count > 0)
            {
                await Settled(new TableStep(null, 0, await _suspects.CheckAsync(suspects, cancellationToken)));
            }
        }

        return true;
    }

    private void Keep(object?[] key)
    {
        if (_keys.Count >= MostRows)
        {
            throw new InvalidOperationException(
                $"The keys of {table.Name} do not stand in one order in source and target, and it has more than {MostRows:N0} rows: it can't be verified. Give it a whole number or a UUID as Key.");
        }

        _keys.Add(Hash(key));
    }

    private ulong Hash(object?[] key) => MappedValues.Hash(_types, key);
}
