using System.Globalization;

namespace Hub.ChangeFeed;

/// <summary>
/// How far a feed has been read: all changes up to this one. It never falls within one lineage of a source (CDC.md "Order").
/// </summary>
/// <param name="Sequence">For the embedded capture the row's number in <c>hub_changes</c>; 0 is "before all".</param>
public readonly record struct Position(long Sequence)
{
    public static bool operator <(Position left, Position right) => left.Sequence < right.Sequence;

    public static bool operator >(Position left, Position right) => left.Sequence > right.Sequence;

    public static bool operator <=(Position left, Position right) => left.Sequence <= right.Sequence;

    public static bool operator >=(Position left, Position right) => left.Sequence >= right.Sequence;

    public override string ToString() => Sequence.ToString(CultureInfo.InvariantCulture);
}
