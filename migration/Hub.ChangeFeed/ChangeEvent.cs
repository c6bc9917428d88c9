namespace Hub.ChangeFeed;

/// <summary>One change of one row, whichever source and way it came by (CDC.md "What a change is").</summary>
/// <param name="Operation">What happened. A copied row is told by this alone, never by the envelope's own snapshot field.</param>
/// <param name="Table">The source's table.</param>
/// <param name="Key">The columns of its primary key; of a change of key the old one in the delete, the new one in the create; no columns for a truncate and for a table without key.</param>
/// <param name="Before">
/// The row before; null for a create, a copy and a truncate, and where the source doesn't keep it. Without a full replica
/// identity a delete's holds the key and nulls: read only the key of it.
/// </param>
/// <param name="After">The row afterwards; null for a delete and a truncate. A column may be unknown (<see cref="ChangeValueKind.Unknown"/>): it was not changed.</param>
/// <param name="Position">Where it stands in the feed; of a copied row the position of its chunk's window.</param>
/// <param name="SourceTime">When the source wrote it, UTC.</param>
/// <param name="OldKey">
/// Of a create that was a change of key, as far as the feed tells it: the key of the delete before it, whose row had the
/// values that are unknown here.
/// </param>
public sealed record ChangeEvent(
    ChangeOperation Operation,
    string Table,
    ChangeRow Key,
    ChangeRow? Before,
    ChangeRow? After,
    Position Position,
    DateTimeOffset SourceTime,
    ChangeRow? OldKey = null)
{
    /// <summary>The table has no primary key: its rows can't be followed, only told of.</summary>
    public bool IsKeyless => Key.Names.Names.IsEmpty && Operation != ChangeOperation.Truncate;
}

/// <summary>What happened to a row; Debezium's letter in brackets.</summary>
public enum ChangeOperation
{
    /// <summary>Inserted (c).</summary>
    Create,

    /// <summary>Updated, its key unchanged (u).</summary>
    Update,

    /// <summary>Deleted (d).</summary>
    Delete,

    /// <summary>Copied: the row as it stood when the table was read (r).</summary>
    Read,

    /// <summary>All rows of the table went at once (t).</summary>
    Truncate,
}
