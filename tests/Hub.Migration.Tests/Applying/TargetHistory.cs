using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Tests.Applying;

/// <summary>
/// A source that is written to at random while a target is fed from it, killed and taken again: inserts, updates with and without
/// their large values, deletes, keys that move and are taken by others, unique values that are swapped, truncates, rows that the
/// target refuses until the end, rows copied again, transactions in slices, last events that come twice.
/// </summary>
internal sealed class TargetHistory(int seed)
{
    private const int Keys = 9;
    private readonly Random _random = new(seed);
    private readonly List<List<ChangeEvent>> _log = [];
    private SortedDictionary<long, (string Code, string? Note, string? Big)> _groups = [];
    private SortedDictionary<long, (long Group, string Name, string? Amount)> _items = [];
    private List<ChangeEvent> _transaction = [];
    private ulong _position;
    private long _counter;

    public string[] Groups => [.. _groups.Select(row => $"{row.Key} {row.Value.Code} {row.Value.Note ?? "null"} {row.Value.Big ?? "null"}")];

    public string[] Items => [.. _items.Select(row => $"{row.Key} {row.Value.Group} {row.Value.Name} {row.Value.Amount ?? "null"}")];

    public async Task RunAsync(
        Func<Func<string, IReadOnlyList<ChangeRow>, CancellationToken, Task<IReadOnlyList<ChangeRow>>>, Task<ITargetSession>> take, CancellationToken cancellationToken)
    {
        ITargetSession? session = null;
        for (var step = 0; step < 60; step++)
        {
            for (var i = _random.Next(3); i > 0; i--)
            {
                Write();
            }

            session ??= await take(Reselect);
            try
            {
                ((TargetSession)session).BetweenSteps = _random.Next(4) == 0 ? Plug() : null;
                await FeedAsync(session, 1 + _random.Next(4), cancellationToken);
            }
            catch (IOException)
            {
                await session.DisposeAsync();
                session = null;
            }
        }

        foreach (var (id, item) in _items.Where(item => item.Value.Name == "bad").ToArray())
        {
            _items[id] = item with { Name = "fine" };
            Emit(ChangeOperation.Update, "Items", id, ItemRow(id));
        }

        Commit();
        session ??= await take(Reselect);
        ((TargetSession)session).BetweenSteps = null;
        while (session.State.Point.Next < _log.Count)
        {
            await FeedAsync(session, 3, cancellationToken);
        }

        await session.ApplyAsync(Batch([], session.State.Point), cancellationToken);
        await session.RetryAsync(null, cancellationToken);
        await session.DisposeAsync();
    }

    private Action Plug()
    {
        var left = _random.Next(25);
        return () =>
        {
            if (left-- == 0)
            {
                throw new IOException("plug pulled");
            }
        };
    }

    private async Task FeedAsync(ITargetSession session, int transactions, CancellationToken cancellationToken)
    {
        var from = (int)session.State.Point.Next;
        var to = Math.Min(_log.Count, from + transactions);
        var events = _log[from..to].SelectMany(transaction => transaction).ToList();
        if (from > 0 && _random.Next(3) == 0)
        {
            events.Insert(0, _log[from - 1][^1]);
        }

        var next = new FeedPoint("log", to, events.Count == 0 ? session.State.Point.Highest : events[^1].Position);
        while (events.Count > 6 && _random.Next(2) == 0)
        {
            await session.ApplyAsync(Batch(events[..3], next, open: true), cancellationToken);
            events.RemoveRange(0, 3);
        }

        await session.ApplyAsync(Batch(events, next), cancellationToken);
    }

    private static AppliedBatch Batch(List<ChangeEvent> events, FeedPoint next, bool open = false) =>
        new(MappedChanges.Map(Shop.Mapping, Shop.Dataset, events), next, open);

    private Task<IReadOnlyList<ChangeRow>> Reselect(string table, IReadOnlyList<ChangeRow> keys, CancellationToken cancellationToken)
    {
        var ids = keys.Select(key => long.Parse(key[0].Text!, null)).Distinct();
        return Task.FromResult<IReadOnlyList<ChangeRow>>(table == "Groups"
            ? [.. ids.Where(_groups.ContainsKey).Select(id => GroupRow(id))]
            : [.. ids.Where(_items.ContainsKey).Select(ItemRow)]);
    }

    /// <summary>A transaction; one that leaves the source inconsistent is rolled back.</summary>
    private void Write()
    {
        var (groups, items) = (_groups, _items);
        (_groups, _items) = (new(_groups), new(_items));
        for (var i = 1 + _random.Next(5); i > 0; i--)
        {
            Operation();
        }

        if (_groups.Values.Select(group => group.Code).Distinct().Count() < _groups.Count || _items.Values.Any(item => !_groups.ContainsKey(item.Group)))
        {
            (_groups, _items) = (groups, items);
            _transaction = [];
            return;
        }

        Commit();
    }

    private void Commit()
    {
        if (_random.Next(3) == 0)
        {
            _counter++;
            var row = ChangeRow.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"dataset":"shop","counter":{{_counter}},"ts_ms":{{_counter * 1000}},"lineage":"l","mark":null}"""));
            _transaction.Add(ShopFeed.Event(ChangeOperation.Update, "hub_watermark", row, null, row, ++_position));
        }

        if (_transaction.Count > 0)
        {
            _log.Add(_transaction);
            _transaction = [];
        }
    }

    private void Operation()
    {
        var (a, b, text) = (1L + _random.Next(Keys), 1L + _random.Next(Keys), $"{"abcdefghij"[_random.Next(10)]}");
        switch (_random.Next(13))
        {
            case 0 or 1 when !_groups.ContainsKey(a):
                _groups[a] = (text, text, $"big {_random.Next(100)}");
                Emit(ChangeOperation.Create, "Groups", a, GroupRow(a));
                break;
            case 2 or 3 when _groups.TryGetValue(a, out var group):
                var keeps = _random.Next(3) > 0;
                _groups[a] = (_random.Next(2) == 0 ? group.Code : text, text, keeps ? group.Big : $"big {_random.Next(100)}");
                Emit(ChangeOperation.Update, "Groups", a, GroupRow(a, masked: keeps));
                break;
            case 4 when _groups.ContainsKey(a):
                foreach (var item in _items.Where(item => item.Value.Group == a).ToArray())
                {
                    _items.Remove(item.Key);
                    Emit(ChangeOperation.Delete, "Items", item.Key, null);
                }

                _groups.Remove(a);
                Emit(ChangeOperation.Delete, "Groups", a, null);
                break;
            case 5 when _groups.TryGetValue(a, out var from) && !_groups.ContainsKey(b):
                // A key moves, which feeds bring as a delete and a create whose large value they leave out.
                _groups.Remove(a);
                _groups[b] = from;
                Emit(ChangeOperation.Delete, "Groups", a, null);
                Emit(ChangeOperation.Create, "Groups", b, GroupRow(b, masked: true));
                break;
            case 6 when a != b && _groups.TryGetValue(a, out var left) && _groups.TryGetValue(b, out var right):
                (_groups[a], _groups[b]) = (left with { Code = right.Code }, right with { Code = left.Code });
                Emit(ChangeOperation.Update, "Groups", a, GroupRow(a, masked: true));
                Emit(ChangeOperation.Update, "Groups", b, GroupRow(b));
                break;
            case 7 or 8 when !_items.ContainsKey(a):
                _items[a] = (b, _random.Next(5) == 0 ? "bad" : text, text);
                Emit(ChangeOperation.Create, "Items", a, ItemRow(a));
                break;
            case 9 when _items.ContainsKey(a):
                _items[a] = (b, _random.Next(5) == 0 ? "bad" : text, text);
                Emit(ChangeOperation.Update, "Items", a, ItemRow(a));
                break;
            case 10 when _items.Remove(a):
                Emit(ChangeOperation.Delete, "Items", a, null);
                break;
            case 11 when _random.Next(8) == 0:
                _items.Clear();
                _transaction.Add(ShopFeed.Event(ChangeOperation.Truncate, "Items", new ChangeRow(new ColumnNames([]), []), null, null, ++_position));
                break;
            case 12:
                foreach (var id in _groups.Keys)
                {
                    Emit(ChangeOperation.Read, "Groups", id, GroupRow(id));
                }

                break;
        }
    }

    private void Emit(ChangeOperation operation, string table, long id, ChangeRow? after) =>
        _transaction.Add(ShopFeed.Event(operation, table, Shop.Key(id), null, after, ++_position));

    private ChangeRow GroupRow(long id, bool masked = false) => _groups[id] is var row && masked
        ? Shop.GroupMasked(id, row.Code, row.Note)
        : Shop.Group(id, row.Code, row.Note, row.Big);

    private ChangeRow ItemRow(long id) => Shop.Item(id, _items[id].Group, _items[id].Name, _items[id].Amount);
}
