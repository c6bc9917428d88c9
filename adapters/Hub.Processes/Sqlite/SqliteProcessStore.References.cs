using System.Collections.Immutable;
using System.Globalization;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes.Sqlite;

public sealed partial class SqliteProcessStore : IReferenceStore
{
    private const string ReferenceVersion = "references.version";

    public Task<long> GetReferenceVersionAsync(CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(Version(connection));
    }

    public Task<(long Version, ImmutableArray<ReferenceRow> Rows)> GetReferencesAsync(CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var rows = References(connection);
        return Task.FromResult((Version(connection), rows));
    }

    public Task<int> ChangeReferencesAsync(ReferenceChange change, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var changed = 0;
        foreach (var row in change.Gone(change.Replaced is null ? [] : References(connection)))
        {
            changed += connection.Execute($"DELETE FROM reference WHERE owner = {row.Owner} AND list = {row.List} AND key = {row.Key}");
        }

        foreach (var row in change.Set)
        {
            changed += connection.Execute($"""
                INSERT INTO reference (owner, list, key, value) VALUES ({row.Owner}, {row.List}, {row.Key}, {row.Value})
                ON CONFLICT (owner, list, key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value
                """);
        }

        if (changed > 0)
        {
            Keep(connection, ReferenceVersion, (Version(connection) + 1).ToString(CultureInfo.InvariantCulture));
        }

        transaction.Commit();
        return Task.FromResult(changed);
    }

    private static long Version(SqliteConnection connection) =>
        Setting(connection, ReferenceVersion) is { } version ? long.Parse(version, CultureInfo.InvariantCulture) : 0;

    private static ImmutableArray<ReferenceRow> References(SqliteConnection connection) =>
    [
        .. connection.Query(
            $"SELECT owner, list, key, value FROM reference ORDER BY owner, list, key",
            row => new ReferenceRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3))),
    ];
}
