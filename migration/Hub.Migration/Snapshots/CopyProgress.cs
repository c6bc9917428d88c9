namespace Hub.Migration.Snapshots;

/// <summary>How far the copy of a table has come, for people.</summary>
/// <param name="Rows">Copied so far, before a restart too.</param>
/// <param name="Estimate">About how many there are, by the source's statistics; null where it doesn't say.</param>
/// <param name="RowsPerSecond">Since it was begun or gone on with; null before the first chunk.</param>
/// <param name="Left">About how long it will take; null where nobody can say.</param>
internal sealed record CopyProgress(string Table, long Rows, long? Estimate, double? RowsPerSecond, TimeSpan? Left)
{
    /// <param name="since">How long it has been copied.</param>
    /// <param name="rowsSince">Rows copied in that time.</param>
    public static CopyProgress Of(string table, long rows, long? estimate, TimeSpan since, long rowsSince)
    {
        double? rate = rowsSince > 0 && since > TimeSpan.Zero ? rowsSince / since.TotalSeconds : null;

        // Statistics are old as a rule; what was copied is a floor.
        var total = estimate is { } known ? Math.Max(known, rows) : (long?)null;
        return new CopyProgress(table, rows, total, rate, rate is { } speed && total is { } all ? TimeSpan.FromSeconds((all - rows) / speed) : null);
    }
}
