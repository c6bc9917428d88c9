using System.Collections.Immutable;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Joining;

/// <summary>
/// Keeps the source rows of tables with joins, and makes their rows anew for each owner that a batch touched:
/// 1. the kept rows under the changes' keys are read, and from them the owners on both sides of each change;
/// 2. what the owners have before is read; 3. the changes are put into it in their order; 4. the difference is what the batch does.
/// </summary>
internal sealed class TargetJoins(ImmutableArray<TableMapping> tables) : ISourceJoins
{
    private const int OwnersAtOnce = 5_000;

    public async ValueTask JoinAsync(
        ISourceRows rows, IReadOnlyList<ChangeEvent> changes, List<(int Place, RowEffect Effect)> effects, List<(int Place, string Problem)> problems,
        CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            await JoinAsync(table, rows, changes, effects, problems, cancellationToken);
        }
    }

    private static async ValueTask JoinAsync(
        TableMapping table, ISourceRows rows, IReadOnlyList<ChangeEvent> changes, List<(int Place, RowEffect Effect)> effects,
        List<(int Place, string Problem)> problems, CancellationToken cancellationToken)
    {
        var joined = table.Joined!;
        var kept = joined.KeptTables.ToDictionary(source => source, table.KeptName, StringComparer.Ordinal);

        var sources = kept.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        var differ = new List<(int Place, RowEffect Effect)>();

        // A truncate of the root takes the rows with it, that of a joined table changes those that had rows of it. All before it is settled first.
        var start = 0;
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].Operation == ChangeOperation.Truncate && kept.TryGetValue(changes[i].Table, out var name))
            {
                await PartAsync(start, i);
                start = i + 1;
                if (changes[i].Table == table.From)
                {
                    await rows.ClearAsync(name, cancellationToken);
                    effects.Add((i, RowEffect.Truncate(table)));
                }
                else
                {
                    await EmptyAsync(i, name);
                }
            }
        }

        await PartAsync(start, changes.Count);

        async ValueTask EmptyAsync(int place, string name)
        {
            while (await rows.ReadOwnersAsync(name, OwnersAtOnce, cancellationToken) is { Count: > 0 } owners)
            {
                var all = (await rows.ReadByOwnerAsync(owners, cancellationToken)).Where(row => sources.ContainsKey(row.Table)).ToList();
                foreach (var own in all.GroupBy(row => row.Owner, StringComparer.Ordinal))
                {
                    Differ(place, [.. own.Select(Kept)], [.. own.Where(row => row.Table != name).Select(Kept)]);
                }

                Tell();

                await rows.DeleteAsync([.. all.Where(row => row.Table == name).Select(row => (row.Table, row.Key))], cancellationToken);
            }
        }

        KeptRow Kept(SourceRow row) => new(sources[row.Table], row.Row);

        void Differ(int place, List<KeptRow> before, List<KeptRow> after)
        {
            var made = new List<RowEffect>();
            if (joined.Change(before, after, made) is { } problem)
            {
                problems.Add((place, problem));
            }

            differ.AddRange(made.Select(effect => (place, effect)));
        }

        // A key that one owner has given up and another one has now is that one's, whichever of them was touched last.
        void Tell()
        {
            if (differ.Exists(one => one.Effect.Row is null))
            {
                var there = differ.Where(one => one.Effect.Row is not null).Select(one => MappedRow.KeyText(one.Effect.Key)).ToHashSet(StringComparer.Ordinal);
                differ.RemoveAll(one => one.Effect.Row is null && there.Contains(MappedRow.KeyText(one.Effect.Key)));
            }

            effects.AddRange(differ);
            differ.Clear();
        }

        async ValueTask PartAsync(int from, int to)
        {
            // 1. The kept rows of the changes' keys.
            var concerned = new List<(int Place, ChangeEvent Change, string Name, string Key)>();
            for (var i = from; i < to; i++)
            {
                if (kept.TryGetValue(changes[i].Table, out var name))
                {
                    if (changes[i].Key.Names.Names.IsEmpty)
                    {
                        // One that waits in quarantine: what came since would go with it.
                        problems.Add((i, $"{table.Name}: {changes[i].Table} was emptied at once (TRUNCATE), which could not be applied at its place; begin the target again"));
                        continue;
                    }

                    concerned.Add((i, changes[i], name, changes[i].Key.ToJson()));
                }
            }

            if (concerned.Count == 0)
            {
                return;
            }

            var keys = concerned.Select(one => (one.Name, one.Key)).Distinct().ToList();
            var now = (await rows.ReadAsync(keys, cancellationToken)).ToDictionary(row => (row.Table, row.Key));

            // 2. The owners on both sides of each change, and all that they have.
            var owners = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var one in concerned)
            {
                Touch(now.GetValueOrDefault((one.Name, one.Key))?.Owner, one.Place);
                Touch(one.Change.After is { } after ? joined.OwnerOf(one.Change.Table, after) : null, one.Place);
            }

            var before = new Dictionary<string, Dictionary<(string, string), SourceRow>>(StringComparer.Ordinal);
            foreach (var row in (await rows.ReadByOwnerAsync([.. owners.Keys], cancellationToken)).Where(row => sources.ContainsKey(row.Table)))
            {
                Of(before, row.Owner)[(row.Table, row.Key)] = row;
                now[(row.Table, row.Key)] = row;
            }

            // 3. The changes, in their order.
            var state = before.ToDictionary(pair => pair.Key, pair => new Dictionary<(string, string), SourceRow>(pair.Value), StringComparer.Ordinal);
            var put = new Dictionary<(string, string), SourceRow>();
            var gone = new HashSet<(string, string)>();
            foreach (var one in concerned)
            {
                var older = now.GetValueOrDefault((one.Name, one.Key));
                Take((one.Name, one.Key));
                if (one.Change.After is { } after)
                {
                    var whole = JoinedRows.Fill(after, older?.Row);
                    if (joined.Keep(one.Change.Table, whole) is { } known && known.Values.Contains(ChangeValue.Unknown))
                    {
                        // Neither the feed nor what is kept says it. One that isn't there any more is left out: its delete comes.
                        if (await rows.ReselectAsync(one.Change.Table, one.Change.Key, cancellationToken) is not { } found)
                        {
                            continue;
                        }

                        whole = found;
                    }

                    if (joined.OwnerOf(one.Change.Table, whole) is { } owner && joined.Keep(one.Change.Table, whole) is { } row)
                    {
                        Touch(owner, one.Place);
                        var source = new SourceRow(one.Name, one.Key, owner, row);
                        now[(one.Name, one.Key)] = source;
                        Of(state, owner)[(one.Name, one.Key)] = source;
                        put[(one.Name, one.Key)] = source;
                        gone.Remove((one.Name, one.Key));
                    }
                }
            }

            // 4. The difference.
            foreach (var (owner, place) in owners.OrderBy(pair => pair.Value))
            {
                Differ(place, Rows(before, owner), Rows(state, owner));
            }

            Tell();

            await rows.DeleteAsync([.. gone], cancellationToken);
            await rows.PutAsync([.. put.Values], cancellationToken);

            void Touch(string? owner, int place)
            {
                if (owner is not null)
                {
                    owners[owner] = Math.Max(owners.GetValueOrDefault(owner), place);
                }
            }

            void Take((string, string) key)
            {
                if (now.Remove(key, out var row))
                {
                    Of(state, row.Owner).Remove(key);
                    put.Remove(key);
                    gone.Add(key);
                }
            }

            List<KeptRow> Rows(Dictionary<string, Dictionary<(string, string), SourceRow>> all, string owner) =>
                all.TryGetValue(owner, out var found) ? [.. found.Values.Select(Kept)] : [];
        }
    }

    private static Dictionary<(string, string), SourceRow> Of(Dictionary<string, Dictionary<(string, string), SourceRow>> all, string owner)
    {
        if (!all.TryGetValue(owner, out var rows))
        {
            all.Add(owner, rows = []);
        }

        return rows;
    }
}
