using System.Globalization;
using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Quarantine;

namespace Hub.Migration.Outbox;

/// <summary>
/// Tells others of rows that are whole now, in the transaction that wrote them (CDC.md "Apply" 7): looks at those that were
/// touched, once, when the source's transaction has ended.
/// </summary>
internal sealed class OutboxTelling(OutboxRule rule, ITargetRows rows, OutboxTable table, QuarantineTable quarantine, WaitingKeys waiting)
{
    private static readonly TimeSpan ClockPatience = TimeSpan.FromMinutes(10);
    private readonly int _at = rule.Root.Columns.ToList().FindIndex(column => column.Name == rule.Config.At);

    /// <summary>By the row's key: when the stream touched it; null where a copy did, which brings history as a rule.</summary>
    private readonly Dictionary<object, DateTimeOffset?> _touched = [];

    /// <summary>What the newest row makes doubt of the source's clock or zone; null where it agrees.</summary>
    public string? ClockDoubt { get; private set; }

    public int Count => _touched.Count;

    public void Forget() => _touched.Clear();

    public void Note(ChangeEvent change, RowEffect effect)
    {
        Touch(rule.Touched(effect), change);
        if (effect.Row is null && effect.Table.Name == rule.Lines.Name && change.Before is { } before)
        {
            // A line that goes may be what made the sum wrong.
            Touch(effect.Table.MapColumn(before, rule.Config.Lines!.By), change);
        }

        // A row that was just written says when it came about: a wrong TimeZone, or a clock that is off, is seen there.
        if (change.Operation == ChangeOperation.Create && effect.Table.Name == rule.Root.Name && effect.Row is { } row && row[_at] is DateTimeOffset at)
        {
            var off = at - change.SourceTime;
            ClockDoubt = off.Duration() <= ClockPatience ? null
                : $"{rule.Root.Name} {effect.Key[0]} says {rule.Config.At} {at:u} and was written at {change.SourceTime:u}: the Source's TimeZone is wrong, or a clock is. "
                    + "Orders may be taken for older or younger than the intake; correct it (an import of old rows looks the same).";
        }
    }

    public async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        if (_touched.Count == 0)
        {
            return;
        }

        var key = rule.Root.Columns[rule.Root.Key[0]].Name;
        var roots = (await rows.ReadTextsAsync(rule.Root, key, _touched.Keys, cancellationToken)).ToDictionary(row => row[key]!, StringComparer.Ordinal);
        var lines = (await rows.ReadTextsAsync(rule.Lines, rule.Config.Lines!.By, _touched.Keys, cancellationToken)).ToLookup(row => row[rule.Config.Lines.By]!, StringComparer.Ordinal);
        var held = await WaitingAsync(cancellationToken);
        foreach (var (touched, at) in _touched)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{touched}");
            var (row, lacks) = rule.Evaluate(roots.GetValueOrDefault(text), () => [.. lines[text]]);
            var name = $"{rule.Root.Name} {text}";
            if (lacks is not null && at is { } since)
            {
                await table.PutUntoldAsync(name, lacks, since, cancellationToken);
            }
            else if (lacks is null)
            {
                await table.RemoveUntoldAsync(name, cancellationToken);
            }

            if (row is not null && !held.Contains(text))
            {
                await table.PutAsync(row, cancellationToken);
            }
        }

        _touched.Clear();
    }

    private void Touch(object? key, ChangeEvent change)
    {
        if (key is not null && !ReferenceEquals(key, RowEffect.Unknown))
        {
            _touched[key] = change.Operation == ChangeOperation.Read ? _touched.GetValueOrDefault(key) : change.SourceTime;
        }
    }

    /// <summary>Keys of which the row or a line waits in quarantine, as it was or as it is to be.</summary>
    private async ValueTask<HashSet<string>> WaitingAsync(CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (mapping, column) in new[] { (rule.Root, rule.Root.Columns[rule.Root.Key[0]].From), (rule.Lines, rule.Lines.Columns.First(line => line.Name == rule.Config.Lines!.By).From) })
        {
            if (column is null || !waiting.Any(mapping.From))
            {
                continue;
            }

            foreach (var entry in await quarantine.ListAsync(mapping.From, cancellationToken))
            {
                foreach (var image in new[] { entry.Change.Before, entry.Change.After })
                {
                    if (image is not null && image.TryGet(column, out var value) && value.Text is { } text)
                    {
                        held.Add(text);
                    }
                }
            }
        }

        return held;
    }
}
