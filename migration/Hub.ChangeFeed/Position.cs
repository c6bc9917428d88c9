using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hub.ChangeFeed;

/// <summary>
/// Where a change stands in its source's own stream, in the order of commits. It never falls within one lineage of a source
/// (CDC.md "Order"), and means nothing in another.
/// </summary>
/// <param name="Major">PostgreSQL: the transaction's commit LSN. MySQL and MariaDB: the number of the binlog file. SQL Server: the log sequence number's first eight bytes. SQLite: the row's number in <c>hub_changes</c>.</param>
/// <param name="Minor">PostgreSQL: the change's own LSN. MySQL and MariaDB: the position in the file. SQL Server: the last two bytes.</param>
/// <param name="Row">MySQL and MariaDB: the row within the event.</param>
public readonly record struct Position(ulong Major, ulong Minor = 0, ulong Row = 0) : IComparable<Position>
{
    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;

    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;

    public static bool operator <=(Position left, Position right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Position left, Position right) => left.CompareTo(right) >= 0;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Position position)
    {
        position = default;
        var parts = text?.Split('/') ?? [];
        if (parts.Length is < 1 or > 3)
        {
            return false;
        }

        Span<ulong> numbers = stackalloc ulong[3];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!ulong.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }

        position = new Position(numbers[0], numbers[1], numbers[2]);
        return true;
    }

    public int CompareTo(Position other) =>
        Major != other.Major ? Major.CompareTo(other.Major) : Minor != other.Minor ? Minor.CompareTo(other.Minor) : Row.CompareTo(other.Row);

    /// <summary>Decimal numbers, <c>/</c> between them, without the zeros at the end: <c>31443800/31443744</c>.</summary>
    public override string ToString() => Row != 0 ? string.Create(CultureInfo.InvariantCulture, $"{Major}/{Minor}/{Row}")
        : Minor != 0 ? string.Create(CultureInfo.InvariantCulture, $"{Major}/{Minor}")
        : Major.ToString(CultureInfo.InvariantCulture);
}
