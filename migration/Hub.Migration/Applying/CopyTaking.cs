using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>Holds the copies that a target has against what is to be copied now, when it is taken.</summary>
internal sealed class CopyTaking(HubSql sql, PositionTable positions, string name, string dataset)
{
    /// <exception cref="FeedBrokenException">What stands in the target can't be gone on from.</exception>
    public async ValueTask TakeAsync(TargetRequest request, CancellationToken cancellationToken)
    {
        foreach (var table in request.Mapping.Tables.SelectMany(table => table.Sources.Select(source => (source, table))).GroupBy(pair => pair.source, pair => pair.table, StringComparer.Ordinal))
        {
            await TakeAsync(table.Key, [.. table], request.Lineages.GetValueOrDefault(table.Key), request.BeginAgain || request.CopyAgain.Contains(table.Key), cancellationToken);
        }
    }

    private async ValueTask TakeAsync(string table, ImmutableArray<TableMapping> mappings, string? lineage, bool again, CancellationToken cancellationToken)
    {
        var key = string.Join(";", mappings.Select(mapping => mapping.Fingerprint.Key));
        var columns = string.Join(";", mappings.Select(mapping => mapping.Fingerprint.Columns));
        if (await positions.ReadCopyAsync(table, cancellationToken) is not var (kept, keyBefore, columnsBefore, _))
        {
            // A table that is only joined to others may come later.
            foreach (var mapping in mappings.Where(mapping => mapping.From == table))
            {
                if (await sql.ScalarAsync($"SELECT 1 FROM {TableName.Quote(mapping.Name, sql.IsPostgres)} LIMIT 1", cancellationToken) is not null)
                {
                    throw new FeedBrokenException(
                        $"{mapping.Name} holds rows that no copy of {dataset} put there: rows that legacy doesn't have would stay for ever. Empty {mapping.Name}; it is copied then.");
                }
            }

            await positions.AddCopyAsync(table, lineage ?? "", key, columns, cancellationToken);
            return;
        }

        if (again)
        {
            await positions.CopyAnewAsync(table, lineage ?? "", key, columns, cancellationToken);
            return;
        }

        var (names, copies) = (string.Join(" and ", mappings.Select(mapping => mapping.Name)), sql.IsPostgres ? "hub.copies" : "hub_copies");
        if (lineage is not null && kept != lineage)
        {
            throw new FeedBrokenException(
                $"The capture of {table} was made anew: changes in between are not in the feed. Copy it again: hub dataset resume {dataset} --snapshot");
        }

        if (keyBefore != key)
        {
            throw new FeedBrokenException(
                $"The Key of {names} is mapped otherwise than when {table} was copied: the old rows couldn't be found again. Empty {names} and delete the row '{table}' of {copies} in {name}; it is copied again then.");
        }

        if (columnsBefore != columns)
        {
            await positions.CopyAgainAsync(table, columns, cancellationToken);
        }
    }
}
