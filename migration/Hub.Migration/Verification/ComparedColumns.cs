using System.Collections.Immutable;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>What is compared, as its differences are told: a target's table, or source rows that are kept for one.</summary>
/// <param name="Name">As it stands in <c>hub.verifications</c>.</param>
/// <param name="Personal">Columns whose values are masked.</param>
/// <param name="AreSame">Whether two values of the column at a place are the same.</param>
internal sealed record ComparedColumns(
    string Name, ImmutableArray<string> Names, ImmutableArray<string> Personal, Func<int, object?, object?, bool> AreSame)
{
    public static ComparedColumns Of(TableMapping table) => new(
        table.Name, [.. table.Columns.Select(column => column.Name)], table.Personal, (place, left, right) => RowComparison.Equal(table, place, left, right));
}
