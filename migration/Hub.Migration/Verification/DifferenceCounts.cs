using System.Globalization;

namespace Hub.Migration.Verification;

/// <summary>How many rows differ.</summary>
/// <param name="Quarantined">Rows that differ because changes of their key wait for a person; not among the others.</param>
internal readonly record struct DifferenceCounts(long Missing, long Extra, long Mismatched, long Quarantined)
{
    public long Differences => Missing + Extra + Mismatched;

    public static DifferenceCounts operator +(DifferenceCounts left, DifferenceCounts right) => new(
        left.Missing + right.Missing, left.Extra + right.Extra, left.Mismatched + right.Mismatched, left.Quarantined + right.Quarantined);

    public static DifferenceCounts Of(IReadOnlyCollection<Difference> differences, long quarantined) => new(
        differences.Count(difference => difference.Kind == DifferenceKind.Missing), differences.Count(difference => difference.Kind == DifferenceKind.Extra),
        differences.Count(difference => difference.Kind == DifferenceKind.Mismatched), quarantined);

    /// <summary>The larger of each.</summary>
    public DifferenceCounts Most(DifferenceCounts other) => new(
        Math.Max(Missing, other.Missing), Math.Max(Extra, other.Extra), Math.Max(Mismatched, other.Mismatched), Math.Max(Quarantined, other.Quarantined));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static DifferenceCounts Parse(string text) => text.Split(',').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray() is [var missing, var extra, var mismatched, var quarantined]
        ? new DifferenceCounts(missing, extra, mismatched, quarantined)
        : throw new FormatException($"'{text}' holds no counts.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Missing},{Extra},{Mismatched},{Quarantined}");
}
