namespace Hub.Control.Protocol;

/// <summary>What verification says of a dataset, all its targets together.</summary>
/// <param name="VerifiedAt">When the newest verification that came to its end began, of the target where that is longest ago, UTC; null: a target never was verified.</param>
/// <param name="Missing">Rows that legacy has and New has not.</param>
/// <param name="Extra">Rows that New has and legacy has not.</param>
/// <param name="Mismatched">Rows that differ in a column.</param>
/// <param name="Quarantined">Keys that wait for a person; what they make New's rows differ in is not counted among the above.</param>
/// <param name="Waits">Why its changes are not applied now; null while they are.</param>
public sealed record DatasetParity(
    string Dataset, DateTimeOffset? VerifiedAt, long Missing, long Extra, long Mismatched, long Quarantined, string? Waits = null)
{
    /// <summary>Rows that are known to differ.</summary>
    public long Differences => Missing + Extra + Mismatched;
}
