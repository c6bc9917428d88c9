using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Mapping.Joining;

namespace Hub.Migration.Verification.Joined;

/// <summary>What the kept source rows make of a table with joins, at one moment of the target.</summary>
internal sealed class KeptOwners(VerifiedTarget target, TableMapping table)
{
    private readonly ImmutableDictionary<string, string> _sources = table.Sources.ToImmutableDictionary(table.KeptName, source => source, StringComparer.Ordinal);

    /// <summary>The name under which the roots' rows are kept.</summary>
    public string Roots { get; } = table.KeptName(table.From);

    public async Task<List<OwnersRows>> ComputeAsync(TargetSnapshot at, IEnumerable<string> owners, CancellationToken cancellationToken)
    {
        var rows = await at.Kept.ReadByOwnerAsync([.. owners.Distinct(StringComparer.Ordinal)], cancellationToken);
        return [.. rows.Where(row => _sources.ContainsKey(row.Table)).GroupBy(row => row.Owner, StringComparer.Ordinal).Select(own => Compute(own.Key, [.. own]))];
    }

    private OwnersRows Compute(string owner, List<SourceRow> rows)
    {
        var made = new List<MappedRow>();
        var problem = table.Joined!.Compute(rows.ConvertAll(row => new KeptRow(_sources[row.Table], row.Row)), made);
        return new OwnersRows(
            owner, rows.Find(row => row.Table == Roots), made.ConvertAll(row => (target.AsRead(row.Key), target.AsRead(row.Values))), problem);
    }
}

/// <summary>What comes of an owner's kept rows.</summary>
/// <param name="Root">The root's kept row; null: it is not there.</param>
/// <param name="Rows">Keys and values, as a read of the target gives them.</param>
/// <param name="Problem">Why they can't be made.</param>
internal sealed record OwnersRows(string Owner, SourceRow? Root, List<(object?[] Key, object?[] Values)> Rows, string? Problem)
{
    public ChangeRow? RootKey => Root is null ? null : KeptTable.SourceKeyOf(Root);
}
