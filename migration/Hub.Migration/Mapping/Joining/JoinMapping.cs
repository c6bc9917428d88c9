using System.Collections.Immutable;

namespace Hub.Migration.Mapping.Joining;

/// <summary>A table that is joined to a root's rows.</summary>
/// <param name="Table">The source's table.</param>
/// <param name="On">Its columns, and the root's that each equals.</param>
/// <param name="Required">Without its row there is none in the target.</param>
/// <param name="Variant">Its column that tells its rows for one key apart; null: there is one row for a key.</param>
/// <param name="Prefer">Which variant is taken where a column or row has none of its own, or that one is not there.</param>
/// <param name="Attribute">Its column with an attribute's id; null: its columns are taken.</param>
/// <param name="Value">Its column with the attribute's value.</param>
internal sealed record JoinMapping(
    string Table,
    ImmutableArray<(string Column, string Root)> On,
    ImmutableArray<RowFilter> Where,
    bool Required,
    string? Variant,
    ImmutableArray<string> Prefer,
    string? Attribute,
    string Value,
    ConfigPlace Place);

/// <summary>A row of the source that is kept, to compute a target's row from.</summary>
/// <param name="Table">The source's table.</param>
internal readonly record struct KeptRow(string Table, ChangeFeed.ChangeRow Row);
