using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;

namespace Hub.Migration.Snapshots;

/// <summary>
/// The copies by signal as a target's stream tells of them: where each begins, how many rows came, how it ends. Used by the stage
/// that maps, ahead of what is committed; <see cref="Want"/> by the one that copies.
/// </summary>
/// <remarks>
/// A table begins at a watermark that the connector has brought, and its signal is written when that is committed: so no row is read
/// before the connector reads the log and the target applies the table's changes.
/// </remarks>
internal sealed class SignalledCopies(string dataset, TargetState state)
{
    private const int LongestId = 64;
    private readonly Dictionary<string, CopyState> _copies = state.Copies.Values.Where(copy => copy is { Done: false, Signal: not null })
        .ToDictionary(copy => copy.Table, StringComparer.Ordinal);

    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);
    private volatile WantedCopy? _wanted;

    /// <summary>A table is to begin; watermarks have to be looked at.</summary>
    public bool IsWanted => _wanted is not null;

    /// <summary>A copy is under way; copied rows have to be counted.</summary>
    public bool Any => _copies.Count > 0;

    /// <summary>Has a table begin at the first watermark with this counter or a higher one.</summary>
    public void Want(string table, long counter) => _wanted = new WantedCopy(table, counter);

    /// <summary>A watermark of the dataset came.</summary>
    public CopyState? Begin(Watermark watermark)
    {
        if (_wanted is not { } wanted || watermark.Counter < wanted.Counter)
        {
            return null;
        }

        _wanted = null;
        return _copies[wanted.Table] = new CopyState(wanted.Table, Begun: true, LastKey: null, Rows: 0, Done: false) { Signal = IdOf(dataset, wanted.Table, watermark.At) };
    }

    /// <summary>A copied row came.</summary>
    public void Count(string table)
    {
        if (_copies.TryGetValue(table, out var copy))
        {
            _copies[table] = copy with { Rows = copy.Rows + 1 };
            _counted.Add(table);
        }
    }

    /// <summary>What is new since it was asked last: rows that were counted, then what the connector said of them.</summary>
    public IEnumerable<CopyState> Take(ImmutableArray<DebeziumNotification> notifications)
    {
        foreach (var notification in notifications)
        {
            foreach (var copy in _copies.Values.ToList())
            {
                if (Hear(copy, notification) is { } heard)
                {
                    _counted.Add(copy.Table);
                    _copies[copy.Table] = heard;
                }
            }
        }

        foreach (var table in _counted)
        {
            var copy = _copies[table];
            yield return copy;
            if (copy.Done)
            {
                _copies.Remove(table);
            }
        }

        _counted.Clear();
    }

    /// <summary>
    /// The signal's id: dataset, table and the moment of the watermark at which the table begins, for people to read; the same for all
    /// targets that begin there.
    /// </summary>
    public static string IdOf(string dataset, string table, DateTimeOffset at)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{dataset}/{table}/{at.ToUnixTimeMilliseconds()}");
        return id.Length <= LongestId && Ascii.IsValid(id) ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..LongestId];
    }

    private static CopyState? Hear(CopyState copy, DebeziumNotification notification)
    {
        // What the connector says of it at once comes before the signal's own row does.
        var heard = copy.Said is null && notification.Id == copy.Signal ? copy with { Said = SignalWord.Heard } : copy;
        return heard.Said is not null && notification.Aggregate == DebeziumNotification.Incremental && Answer(heard, notification) is { } answered ? answered
            : ReferenceEquals(heard, copy) ? null : heard;
    }

    /// <summary>
    /// By the table and not by the id: the connector puts the newest signal's into all that it says. Where the table stands in its list twice, the
    /// scan that ends is one that began before.
    /// </summary>
    private static CopyState? Answer(CopyState copy, DebeziumNotification notification) => notification switch
    {
        { Type: SignalWord.ScanCompleted, IsToBeReadAgain: false } when notification.Table == copy.Table => notification.Status is SignalWord.Succeeded or SignalWord.Empty
            ? copy with { Done = true, Said = null }
            : copy with { Said = notification.Status ?? notification.Type },
        { Type: SignalWord.Paused } when !SignalWord.IsFailure(copy.Said) => copy with { Said = SignalWord.Paused },
        { Type: SignalWord.Resumed } when copy.Said == SignalWord.Paused => copy with { Said = SignalWord.Heard },
        { Type: SignalWord.Aborted } when notification.Tables.Length == 0 || notification.Tables.Split(',').Contains(copy.Table, StringComparer.Ordinal) => copy with { Said = SignalWord.Aborted },
        _ => null,
    };

    private sealed record WantedCopy(string Table, long Counter);
}
