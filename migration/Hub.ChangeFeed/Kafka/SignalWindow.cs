namespace Hub.ChangeFeed.Kafka;

/// <summary>
/// The window in which a Debezium connector reads a chunk of a table that is copied by signal, as its own rows in the table of
/// signals tell it: <c>snapshot-window-open</c>, the chunk is read, changes that come meanwhile, the chunk's rows without those
/// that changed, <c>snapshot-window-close</c>.
/// </summary>
/// <remarks>
/// The connector takes changed rows out of a chunk by their keys, and a truncate has none: its chunk's rows come after it and are
/// no longer there. So they are passed over. Where to read on stays at the window's beginning until it is closed, so that a
/// reader that begins anew in the middle knows of the truncate too.
/// </remarks>
internal sealed class SignalWindow
{
    private const string Opens = "snapshot-window-open";
    private const string Closes = "snapshot-window-close";

    // One that has not closed for so long was left by a connector that died.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private readonly HashSet<string> _emptied = new(StringComparer.Ordinal);
    private DateTimeOffset _openedAt;
    private long? _from;

    /// <summary>A row of the table of signals, or a truncate, came.</summary>
    public void Look(ChangeEvent change, long offset)
    {
        if (change.Operation == ChangeOperation.Truncate)
        {
            if (_from is not null)
            {
                _emptied.Add(change.Table);
            }
        }
        else if (TypeOf(change) is { } type)
        {
            if (type is Opens or Closes)
            {
                _emptied.Clear();
                (_from, _openedAt) = (type == Opens ? offset : null, change.SourceTime);
            }
        }
    }

    /// <summary>Each now and then: so late is it at the source.</summary>
    public void Pass(DateTimeOffset now)
    {
        if (_from is not null && now - _openedAt > Longest)
        {
            _from = null;
        }
    }

    /// <summary>Rows of the table's chunk were read before it was truncated, or may have been.</summary>
    public bool IsEmptied(string table) => _emptied.Count > 0 && _emptied.Contains(table);

    /// <summary>From where to read on, once all before an offset is applied.</summary>
    public long From(long next) => _from is { } opened && opened < next ? opened : next;

    /// <summary>The id of the copy that a row of the table of signals asks for; null where it asks for none.</summary>
    public static string? Asked(ChangeEvent change) =>
        TypeOf(change) == "execute-snapshot" && change.After!.TryGet("id", out var id) ? id.Text : null;

    private static string? TypeOf(ChangeEvent change) =>
        change is { Operation: ChangeOperation.Create, After: { } row } && row.TryGet("type", out var type) ? type.Text : null;
}
