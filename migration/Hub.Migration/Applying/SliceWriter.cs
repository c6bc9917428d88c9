using Hub.ChangeFeed;
using Hub.Migration.Mapping;
using Hub.Migration.Quarantine;

namespace Hub.Migration.Applying;

/// <summary>
/// Writes a part of a batch in the transaction that is open, or says by an exception that it can't be written as one:
/// 1. what waits for a key is joined with the change; what can't be mapped, or refers to what waits, goes to the quarantine;
/// 2. joins are made from the kept source rows;
/// 3. what it all amounts to is written: truncates, deletes with children first, the rest with parents first;
/// 4. constraints that look at the end of the transaction are looked at now.
/// </summary>
internal sealed class SliceWriter(TargetRequest request, ITargetRows rows, QuarantineTable quarantine, WaitingKeys waiting, SourceRowTable sources)
{
    private readonly Dictionary<string, int> _order = TableOrder.Of(request.Mapping, rows.Tables);
    private readonly NetEffect _net = new();
    private readonly List<(int Place, ChangeEvent Change)> _applied = [];
    private readonly ILookup<string, TargetReference> _references = rows.Tables.References.ToLookup(reference => reference.Child, StringComparer.Ordinal);

    /// <summary>Called between any two steps: where a test pulls the plug.</summary>
    public Action? BetweenSteps { get; set; }

    /// <param name="swapped">Rows stand in one another's way by unique values.</param>
    /// <param name="written">Gets what was written: change, as it was applied, and effect.</param>
    public async ValueTask WriteAsync(
        MappedChanges changes, int from, int to, bool swapped, Action<ChangeEvent, RowEffect>? written, CancellationToken cancellationToken)
    {
        // Used again by each batch: made anew they would be large garbage, which only a full collection takes away.
        var (net, applied) = (_net, _applied);
        net.Clear();
        applied.Clear();
        var effects = new List<RowEffect>();
        for (var place = from; place < to; place++)
        {
            var change = changes.Events[place];
            var problem = changes.Problems.GetValueOrDefault(place);
            effects.Clear();
            effects.AddRange(changes.Effects(place));
            if (change.Operation == ChangeOperation.Truncate)
            {
                waiting.Clear(change.Table);
                await quarantine.ClearAsync(change.Table, cancellationToken);
            }

            // 1. What waits for the key.
            string? key = null;
            if (waiting.Any(change.Table) && waiting.Holds(change.Table, key = change.Key.ToJson()))
            {
                if (await quarantine.FindAsync(change.Table, key, cancellationToken) is { } entry)
                {
                    // A delete that waits goes first: nothing of the row that stands there belongs to the new one.
                    effects.Clear();
                    problem = entry.Change.After is null && change.After is not null ? request.Mapping.Map(entry.Change, effects) : null;
                    var joined = QuarantineTable.Join(entry.Change, change);
                    problem ??= request.Mapping.Map(effects.Count > 0 ? change : joined, effects);
                    change = joined;
                }
                else
                {
                    waiting.Remove(change.Table, key);
                    key = null;
                }
            }
            else
            {
                key = null;
            }

            problem ??= Refused(effects);
            var behind = problem is null && waiting.Count > 0 ? Behind(effects, change) : null;
            if ((problem ?? behind) is { } reason)
            {
                await quarantine.PutAsync(change, reason, waits: behind is not null, cancellationToken);
                waiting.Add(change, request.Mapping);
                continue;
            }

            if (key is not null)
            {
                await quarantine.RemoveAsync(change.Table, key, cancellationToken);
                waiting.Remove(change.Table, key);
            }

            foreach (var effect in effects)
            {
                net.Add(effect, place, change.Operation);
                written?.Invoke(change, effect);
            }

            applied.Add((place, change));
        }

        Step(cancellationToken);
        await JoinAsync(applied, net, written, cancellationToken);
        await WriteAsync(net, changes, swapped, cancellationToken);
        Step(cancellationToken);
        await rows.CheckAsync(cancellationToken);
    }

    private string? Refused(List<RowEffect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect.Row is { } row && rows.Refuse(effect.Table, row) is { } problem)
            {
                return $"{effect.Table.Name}: {problem}";
            }
        }

        return null;
    }

    /// <summary>
    /// A row that refers to one that waits, or is to stand where one that waits stands, waits behind it: what stands there now may be
    /// another one soon, and goes when that is healed.
    /// </summary>
    private string? Behind(List<RowEffect> effects, ChangeEvent change)
    {
        foreach (var effect in effects)
        {
            if (effect.Row is not { } row)
            {
                continue;
            }

            if (Holds(effect.Table, effect.Key))
            {
                return Reason("it takes the place of", effect.Table, effect.Key);
            }

            foreach (var reference in _references[effect.Table.Name])
            {
                if (request.Mapping.Tables.FirstOrDefault(table => table.Name == reference.Parent) is { } parent
                    && Key(reference, effect.Table, row, parent) is { } key && Holds(parent, key))
                {
                    return Reason("it refers to", parent, key);
                }
            }
        }

        return null;

        bool Holds(TableMapping table, object?[] key) => waiting.HoldsTarget(table.Name, key, change.Table, change.Key.ToJson);
    }

    private static string Reason(string what, TableMapping table, object?[] key) =>
        $"{what} {table.Name} {string.Join('/', key)}, of which a change waits in quarantine; it is applied after that";

    private static object?[]? Key(TargetReference reference, TableMapping child, object?[] row, TableMapping parent)
    {
        var key = new object?[parent.Key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            var name = parent.Columns[parent.Key[i]].Name;
            var from = reference.Columns.FirstOrDefault(pair => pair.Parent == name).Child;
            var place = from is null ? -1 : PlaceOf(child, from);
            if (place < 0 || row[place] is null || ReferenceEquals(row[place], RowEffect.Unknown))
            {
                return null;
            }

            key[i] = row[place];
        }

        return key;
    }

    private static int PlaceOf(TableMapping table, string column)
    {
        for (var i = 0; i < table.Columns.Length; i++)
        {
            if (table.Columns[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }

    private async ValueTask JoinAsync(
        List<(int Place, ChangeEvent Change)> applied, NetEffect net, Action<ChangeEvent, RowEffect>? written, CancellationToken cancellationToken)
    {
        if (request.Mapping.Joins is not { } joins || applied.Count == 0)
        {
            return;
        }

        // 2. Rows made from several source rows.
        var (effects, problems) = (new List<(int, RowEffect)>(), new List<(int, string)>());
        await joins.JoinAsync(sources, applied.ConvertAll(change => change.Change), effects, problems, cancellationToken);
        foreach (var (place, problem) in problems)
        {
            throw new ChangeRefusedException(problem, applied[place].Place);
        }

        foreach (var (place, effect) in effects)
        {
            if (effect.Row is { } row && rows.Refuse(effect.Table, row) is { } problem)
            {
                throw new ChangeRefusedException($"{effect.Table.Name}: {problem}", applied[place].Place);
            }

            net.Add(effect, applied[place].Place, ChangeOperation.Update);
            written?.Invoke(applied[place].Change, effect);
        }
    }

    private async ValueTask WriteAsync(NetEffect net, MappedChanges changes, bool swapped, CancellationToken cancellationToken)
    {
        // 3. Children go before their parents and come after them.
        var tables = net.Tables.OrderBy(table => _order[table.Mapping.Name]).ToArray();
        foreach (var table in tables.Reverse())
        {
            if (table.Truncated)
            {
                Step(cancellationToken);
                await rows.TruncateAsync(table.Mapping, cancellationToken);
            }

            if (table.Rows.Where(row => row.Row is null).ToList() is { Count: > 0 } gone && !table.Truncated)
            {
                Step(cancellationToken);
                await rows.DeleteAsync(table.Mapping, gone, cancellationToken);
            }
        }

        foreach (var table in tables)
        {
            var there = table.Rows.Where(row => row.Row is not null).ToList();
            if (there.Count > 0)
            {
                Step(cancellationToken);
                await UpsertAsync(table, there, changes, swapped, cancellationToken);
            }
        }
    }

    private async ValueTask UpsertAsync(NetTable table, List<NetRow> there, MappedChanges changes, bool swapped, CancellationToken cancellationToken)
    {
        var unknown = there.FindAll(row => row.Replaces && row.IsMasked);
        await ReselectAsync(table.Mapping, unknown, changes, cancellationToken);
        there.RemoveAll(row => row.Replaces && row.IsMasked);
        if (swapped)
        {
            await FillAsync(table.Mapping, there.FindAll(row => row.IsMasked), cancellationToken);
        }

        var missing = await rows.UpsertAsync(table.Mapping, there, swapped, cancellationToken);
        if (missing.Count > 0)
        {
            await ReselectAsync(table.Mapping, missing, changes, cancellationToken);
            await rows.UpsertAsync(table.Mapping, [.. missing.Where(row => !row.IsMasked)], swapped, cancellationToken);
        }
    }

    /// <summary>Takes what is unknown from the target's own rows: they go and come again whole.</summary>
    private async ValueTask FillAsync(TableMapping table, List<NetRow> masked, CancellationToken cancellationToken)
    {
        if (masked.Count == 0)
        {
            return;
        }

        var standing = (await rows.ReadAsync(table, masked.ConvertAll(row => row.Key), cancellationToken))
            .ToDictionary(row => Array.ConvertAll(table.Key.ToArray(), place => row[place]), KeyComparer.Instance);
        foreach (var row in masked)
        {
            if (standing.TryGetValue(row.Key, out var values))
            {
                row.Fill([.. row.Row!.Select((value, i) => ReferenceEquals(value, RowEffect.Unknown) ? values[i] : value)]);
            }
        }
    }

    /// <summary>
    /// Asks the source for rows whose values neither the feed nor the target has. One that isn't there any more is left out:
    /// its delete comes.
    /// </summary>
    private async ValueTask ReselectAsync(TableMapping table, IReadOnlyList<NetRow> unknown, MappedChanges changes, CancellationToken cancellationToken)
    {
        foreach (var rowsOfOne in unknown.GroupBy(row => changes.Events[row.Place].Table, StringComparer.Ordinal))
        {
            var wanted = rowsOfOne.ToDictionary(row => row.Key, KeyComparer.Instance);
            var keys = rowsOfOne.Select(row => changes.Events[row.Place].Key).ToList();
            var effects = new List<RowEffect>();
            foreach (var found in await request.Reselect(rowsOfOne.Key, keys, cancellationToken))
            {
                effects.Clear();
                var whole = new ChangeEvent(ChangeOperation.Read, rowsOfOne.Key, found, null, found, default, default);
                var problem = request.Mapping.Map(whole, effects) ?? Refused(effects);
                if (problem is not null)
                {
                    throw new ChangeRefusedException(problem, rowsOfOne.First().Place);
                }

                foreach (var effect in effects)
                {
                    if (effect.Table.Name == table.Name && effect.Row is { } row && wanted.TryGetValue(effect.Key, out var net))
                    {
                        net.Fill(row);
                    }
                }
            }
        }
    }

    private void Step(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BetweenSteps?.Invoke();
    }
}
