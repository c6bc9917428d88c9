using System.Collections.Immutable;
using System.Globalization;
using Npgsql;

namespace Hub.Processes.Postgres;

public sealed partial class PostgresProcessStore : IReferenceStore
{
    private const string ReferenceVersion = "references.version";

    public async Task<long> GetReferenceVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await VersionAsync(connection, cancellationToken);
    }

    public async Task<(long Version, ImmutableArray<ReferenceRow> Rows)> GetReferencesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);

        // The version first: rows that come in between are read again at the next one.
        var version = await VersionAsync(connection, cancellationToken);
        return (version, await ReferencesAsync(connection, cancellationToken));
    }

    public Task<int> ChangeReferencesAsync(ReferenceChange change, CancellationToken cancellationToken) => InTransactionAsync(
        async connection =>
        {
            // One change at a time: whoever comes second sees the first one's rows and counts on from its version.
            await connection.ExecuteAsync($"INSERT INTO setting (name, value) VALUES ({ReferenceVersion}, '0') ON CONFLICT (name) DO NOTHING", cancellationToken);
            await connection.QueryAsync($"SELECT 1 FROM setting WHERE name = {ReferenceVersion} FOR UPDATE", _ => true, cancellationToken);
            var gone = change.Gone(change.Replaced is null ? [] : await ReferencesAsync(connection, cancellationToken)).ToList();
            var changed = await connection.ExecuteAsync($"""
                DELETE FROM reference r USING unnest({Owners(gone)}, {Lists(gone)}, {Keys(gone)}) AS u(owner, list, key)
                WHERE r.owner = u.owner AND r.list = u.list AND r.key = u.key
                """, cancellationToken);
            changed += await connection.ExecuteAsync($"""
                INSERT INTO reference (owner, list, key, value)
                SELECT * FROM unnest({Owners(change.Set)}, {Lists(change.Set)}, {Keys(change.Set)}, {change.Set.Select(row => row.Value).ToArray()})
                ON CONFLICT (owner, list, key) DO UPDATE SET value = excluded.value WHERE reference.value <> excluded.value
                """, cancellationToken);
            if (changed > 0)
            {
                await connection.ExecuteAsync(
                    $"UPDATE setting SET value = (value::bigint + 1)::text WHERE name = {ReferenceVersion}", cancellationToken);
            }

            return changed;
        },
        cancellationToken);

    private static string[] Owners(IEnumerable<ReferenceRow> rows) => [.. rows.Select(row => row.Owner)];

    private static string[] Lists(IEnumerable<ReferenceRow> rows) => [.. rows.Select(row => row.List)];

    private static string[] Keys(IEnumerable<ReferenceRow> rows) => [.. rows.Select(row => row.Key)];

    private static async Task<long> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync($"SELECT value FROM setting WHERE name = {ReferenceVersion}", row => row.GetString(0), cancellationToken))
            .Select(version => long.Parse(version, CultureInfo.InvariantCulture)).FirstOrDefault();

    private static async Task<ImmutableArray<ReferenceRow>> ReferencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
    [
        .. await connection.QueryAsync(
            $"SELECT owner, list, key, value FROM reference ORDER BY owner, list, key",
            row => new ReferenceRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)), cancellationToken),
    ];
}
