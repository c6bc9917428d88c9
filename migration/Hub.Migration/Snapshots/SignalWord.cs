namespace Hub.Migration.Snapshots;

/// <summary>What a Debezium connector says of a copy that was signalled, as it is kept with the copy: its notifications' words, and one of ours.</summary>
internal static class SignalWord
{
    /// <summary>The connector has taken the signal.</summary>
    public const string Heard = "HEARD";

    public const string Paused = "PAUSED";
    public const string Resumed = "RESUMED";
    public const string Aborted = "ABORTED";
    public const string ScanCompleted = "TABLE_SCAN_COMPLETED";
    public const string Succeeded = "SUCCEEDED";
    public const string Empty = "EMPTY";

    /// <summary>The copy has ended without the table's rows: it is not gone on with by itself.</summary>
    public static bool IsFailure(string? said) => said is not (null or Heard or Paused);

    /// <summary>What it means for a table, and what to do; null where nothing is to be said.</summary>
    public static string? Explain(string dataset, string table, string? said) => said switch
    {
        null or Heard => null,
        Paused => $"The copy of {table} rests: a pause-snapshot was signalled to the Debezium connector. It goes on when the dataset is paused and resumed, or by a resume-snapshot signal.",
        Aborted => $"The copy of {table} was stopped by a stop-snapshot signal. {Again(dataset, table)}",
        "UNKNOWN_SCHEMA" => $"The Debezium connector does not know {table}: it was made for other tables. Let an administrator run the SQL of 'hub dataset connector {dataset} --sql', put the connector's "
            + $"configuration in place by 'hub dataset connector {dataset} --apply', then: hub dataset snapshot {dataset} --table {table}",
        "NO_PRIMARY_KEY" => $"The Debezium connector can't copy {table}, which has no primary key for it: its rows can't be read in parts. Give the table one, then: hub dataset snapshot {dataset} --table {table}",
        "SQL_EXCEPTION" => $"The Debezium connector could not read {table}: Kafka Connect's log says why; as a rule its login lacks SELECT on the table or INSERT on its table of signals. {Again(dataset, table)}",
        "SKIPPED" => $"The Debezium connector has skipped {table}: Kafka Connect's log says why. {Again(dataset, table)}",
        var other => $"The Debezium connector ended the copy of {table} with '{other}', which this Hub does not know: Kafka Connect's log says more. {Again(dataset, table)}",
    };

    private static string Again(string dataset, string table) => $"To have it copied from the first row: hub dataset snapshot {dataset} --table {table}";
}
