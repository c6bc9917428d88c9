using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>A part of a target that is verified by itself.</summary>
/// <param name="Name">The table's; of kept rows the name under which they are kept: <c>description@product</c>.</param>
/// <param name="Table">The target's table.</param>
/// <param name="Kept">The source's table whose kept rows are meant; null: the target's own rows.</param>
internal sealed record VerifiedPart(string Name, TableMapping Table, string? Kept)
{
    /// <summary>The parts in the order in which they are compared and repaired: what rows are made of goes first. The mapping need not be bound.</summary>
    public static IEnumerable<VerifiedPart> Of(IEnumerable<TableMapping> tables) => tables.SelectMany(table => table.Joins.IsEmpty
        ? [new VerifiedPart(table.Name, table, null)]
        : table.Sources.Select(source => new VerifiedPart(table.KeptName(source), table, source)).Append(new VerifiedPart(table.Name, table, null)));
}
