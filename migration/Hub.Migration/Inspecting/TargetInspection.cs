using System.Collections.Immutable;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Debezium;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Hub.Migration.Inspecting;

/// <summary>What stands in the way at a target: tables that are not there, rows that would change by themselves, rights.</summary>
internal static class TargetInspection
{
    public static Task<ImmutableArray<DatasetFinding>> RunAsync(TargetModel target, string path, CancellationToken cancellationToken) =>
        target.Sqlite is { } file ? Task.FromResult(InspectFile(target, file, path)) : InspectPostgresAsync(target, path, cancellationToken);

    private static ImmutableArray<DatasetFinding> InspectFile(TargetModel target, string file, string path)
    {
        if (!File.Exists(file))
        {
            return [new(false, path, $"there is no {file} yet", "the dataset waits until New's service has made it", "start New's service, or correct the path")];
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        var findings = ImmutableArray.CreateBuilder<DatasetFinding>();
        foreach (var name in target.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal))
        {
            if (SqliteTable.Read(connection, name) is null)
            {
                findings.Add(Absent(path, name, target.Store.Name));
                continue;
            }

            using var command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM pragma_foreign_key_list($table) WHERE on_delete NOT IN ('NO ACTION', 'RESTRICT') OR on_update NOT IN ('NO ACTION', 'RESTRICT')";
            command.Parameters.AddWithValue("$table", name);
            if ((long)command.ExecuteScalar()! > 0)
            {
                findings.Add(Acting(path, name));
            }
        }

        return findings.DrainToImmutable();
    }

    private static async Task<ImmutableArray<DatasetFinding>> InspectPostgresAsync(TargetModel target, string path, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(target.Store.ConnectionString());
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var findings = ImmutableArray.CreateBuilder<DatasetFinding>();
        await using (var own = new NpgsqlCommand(
            """
            select pg_is_in_recovery(), has_database_privilege(current_database(), 'create')
                or exists (select from pg_namespace where nspname = 'hub' and has_schema_privilege(oid, 'create') and has_schema_privilege(oid, 'usage')), current_user
            """, connection))
        await using (var reader = await own.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            if (reader.GetBoolean(0))
            {
                findings.Add(new(true, path, $"{target.Store.Name} is a standby", "nothing can be written there", "name the primary"));
            }

            if (!reader.GetBoolean(1))
            {
                findings.Add(new(true, path, $"{reader.GetString(2)} may not make the schema hub in {target.Store.Name}", "position, quarantine and outbox stand there, so that they commit with the rows",
                    $"create schema hub authorization \"{reader.GetString(2)}\""));
            }
        }

        foreach (var name in target.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal))
        {
            await InspectTableAsync(connection, target, SourceTable.Parse(name, target.Store.Schema), name, path, findings, cancellationToken);
        }

        return findings.DrainToImmutable();
    }

    private static async Task InspectTableAsync(
        NpgsqlConnection connection, TargetModel target, SourceTable table, string name, string path, ImmutableArray<DatasetFinding>.Builder findings, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.relkind::text, (select bool_and(has_table_privilege(c.oid, p)) from unnest(array['select', 'insert', 'update', 'delete']) p) and has_schema_privilege(n.oid, 'usage'),
                exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and (k.confdeltype in ('c', 'n', 'd') or k.confupdtype in ('c', 'n', 'd'))),
                (select string_agg(t.tgname, ', ') from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A')),
                row_security_active(c.oid), current_user
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
            """, connection)
        { Parameters = { new() { Value = table.Schema }, new() { Value = table.Name } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            findings.Add(Absent(path, name, target.Store.Name));
            return;
        }

        if (reader.GetString(0) is not ("r" or "p"))
        {
            findings.Add(new(true, path, $"{name} is no table", "rows can't be written into it", "name the table behind it"));
        }

        if (!reader.GetBoolean(1))
        {
            findings.Add(new(true, path, $"{reader.GetString(5)} may not write {name}", "its rows couldn't be applied", $"grant select, insert, update, delete on {table} to \"{reader.GetString(5)}\""));
        }

        if (reader.GetBoolean(2))
        {
            findings.Add(Acting(path, name));
        }

        if (!await reader.IsDBNullAsync(3, cancellationToken))
        {
            findings.Add(new(false, path, $"{name} has triggers ({reader.GetString(3)})", "they act on each row that is fed, again and again in a repair", "see that they change no table that is fed, and tell nobody anything"));
        }

        if (reader.GetBoolean(4))
        {
            findings.Add(new(true, path, $"row-level security of {name} holds for {reader.GetString(5)}", "rows that it hides would be written twice", "let the hub's login own the table, or alter role … bypassrls"));
        }
    }

    private static DatasetFinding Absent(string path, string table, string store) =>
        new(false, path, $"there is no table {table} in {store} yet", "the dataset waits until New's service has made it", "start New's service, or correct the name");

    private static DatasetFinding Acting(string path, string table) =>
        new(true, path, $"{table} has a foreign key with CASCADE, SET NULL or SET DEFAULT", "rows would change behind the pipeline's back", "make it a plain one, deferrable initially deferred");
}
