using System.Collections.Immutable;

namespace Hub.ChangeFeed.Debezium;

/// <summary>What one record of a dataset's topic is. What isn't of its kind is null.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">When it was written at the source, UTC; of what doesn't come from there (a heartbeat, a notification) when the connector wrote it.</param>
/// <param name="Change">The change.</param>
/// <param name="Transaction">
/// The source's transaction, one text for all its records, begin and end included: PostgreSQL's transaction id, a GTID, a
/// commit LSN. Null for copied rows and where the connector doesn't tell.
/// </param>
/// <param name="Source">Which server wrote it; the same object as long as it is the same.</param>
/// <param name="EventCount">How many records the transaction had that ends here.</param>
public readonly record struct DebeziumRecord(
    DebeziumRecordKind Kind,
    DateTimeOffset At,
    ChangeEvent? Change = null,
    string? Transaction = null,
    DebeziumSource? Source = null,
    long? EventCount = null,
    DebeziumNotification? Notification = null,
    DebeziumSchemaChange? SchemaChange = null);

/// <summary>The kinds of records in a dataset's topic.</summary>
public enum DebeziumRecordKind
{
    /// <summary>A null value: the key is gone, which the delete before it told.</summary>
    Tombstone,

    /// <summary>A row was changed or copied, or a table emptied.</summary>
    Change,

    /// <summary>A transaction of the source begins.</summary>
    Begin,

    /// <summary>A transaction of the source ends.</summary>
    End,

    /// <summary>The connector lives.</summary>
    Heartbeat,

    /// <summary>The connector tells how far a snapshot is.</summary>
    Notification,

    /// <summary>A table's columns changed.</summary>
    SchemaChange,

    /// <summary>A logical message (<c>pg_logical_emit_message</c>): none of a dataset's business.</summary>
    Message,
}

/// <summary>The server and database that a record comes from.</summary>
/// <param name="Connector">Debezium's name: postgresql, mariadb, mysql, sqlserver; hub-sqlite for the Hub's own capture.</param>
/// <param name="Prefix">The connector's <c>topic.prefix</c>.</param>
/// <param name="ServerId">MySQL's and MariaDB's server id, which a failover changes; 0 in copied rows, null elsewhere.</param>
public sealed record DebeziumSource(string Connector, string Prefix, string Database, long? ServerId);

/// <summary>How far a snapshot is, by Debezium's notifications.</summary>
/// <param name="Id">The signal's id that asked for it.</param>
/// <param name="Aggregate">Whose news it is: <c>Incremental Snapshot</c>, <c>Initial Snapshot</c>, <c>Capture Instance</c>.</param>
/// <param name="Type">STARTED, IN_PROGRESS, TABLE_SCAN_COMPLETED, COMPLETED, ABORTED, …</param>
/// <param name="Table">The table that it is about, named as in changes; null where it is about all.</param>
/// <param name="Rows">How many rows of it were read.</param>
/// <param name="Status">How the scan of the table ended: SUCCEEDED, EMPTY, NO_PRIMARY_KEY, SKIPPED, …</param>
public sealed record DebeziumNotification(string Id, string Aggregate, string Type, string? Table, long? Rows, string? Status)
{
    /// <summary>The <see cref="Aggregate"/> of a copy that was signalled.</summary>
    public const string Incremental = "Incremental Snapshot";

    /// <summary>Not a notification: a row of the table of signals that asks for a copy. It came by, and the connector has taken it.</summary>
    public const string Signal = "Signal";

    /// <summary>The tables that are still to be read, the one that is being read first, or those that were stopped; named as in changes, with commas between them.</summary>
    public string Tables { get; init; } = "";

    /// <summary>The table is to be read once more: whoever asked for that waits on.</summary>
    public bool IsToBeReadAgain => Table is not null && Tables.Split(',').Count(table => table == Table) > 1;
}

/// <summary>Columns of tables changed, by <c>include.schema.changes</c>.</summary>
/// <param name="Tables">The tables, named as in changes; empty for a statement that concerns none.</param>
/// <param name="Ddl">The statement; null for SQL Server, which doesn't tell it.</param>
/// <param name="Position">Where it stands among the changes.</param>
public sealed record DebeziumSchemaChange(ImmutableArray<string> Tables, string? Ddl, Position Position);
