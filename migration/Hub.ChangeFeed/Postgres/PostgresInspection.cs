using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed.Sources;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>What <c>hub check</c> looks at in a PostgreSQL: the server, then each table.</summary>
internal static class PostgresInspection
{
    public static async Task<ImmutableArray<SourceFinding>> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<string> tables, string schema, bool replicates, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<SourceFinding>();
        await InspectServerAsync(connection, replicates, findings, cancellationToken);
        foreach (var table in tables)
        {
            if (!await PostgresTableInspection.RunAsync(connection, table, schema, findings, cancellationToken))
            {
                findings.Add(new(true, $"There is no table {table} in {connection.Database}.", "Correct its name in Source.Tables, or the schema in Source."));
            }
        }

        return findings.DrainToImmutable();
    }

    private static async Task InspectServerAsync(
        NpgsqlConnection connection, bool replicates, ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select name, setting from pg_settings where name in ('wal_level', 'max_replication_slots', 'max_wal_senders', 'wal_sender_timeout', 'max_slot_wal_keep_size', 'server_encoding')
            union all select 'version', current_setting('server_version_num')
            union all select 'recovery', pg_is_in_recovery()::text
            union all select 'replication', (select (rolreplication or rolsuper)::text from pg_roles where rolname = current_user)
            union all select 'slots', (select count(*)::text from pg_replication_slots)
            union all select 'senders', (select count(*)::text from pg_stat_replication)
            union all select 'all', (select string_agg(pubname, ', ') from pg_publication where puballtables)
            union all select 'unread', (select string_agg(slot_name, ', ') from pg_replication_slots where not active and wal_status in ('extended', 'unreserved', 'lost'))
            """, connection);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                settings[reader.GetString(0)] = await reader.IsDBNullAsync(1, cancellationToken) ? "" : reader.GetString(1);
            }
        }

        long Number(string name) => long.TryParse(settings.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (Number("version") < 130000)
        {
            findings.Add(new(true, $"The server is PostgreSQL {Number("version") / 10000}.", "Upgrade to 13 or later: older ones have no bound for the log that a slot keeps."));
        }

        if (settings["recovery"] == "true")
        {
            findings.Add(new(true, "The server is a standby: it takes no watermarks.", "Name the primary in Source."));
        }

        if (settings["wal_level"] != "logical")
        {
            findings.Add(new(true, $"wal_level is {settings["wal_level"]}: the log doesn't say what rows held.", "alter system set wal_level = 'logical'; then restart the server."));
        }

        if (replicates && settings["replication"] != "true")
        {
            findings.Add(new(true, $"The role {connection.UserName} may not replicate.", $"alter role {PostgresSession.Quote(connection.UserName ?? "hub")} replication;"));
        }

        if (settings["server_encoding"] is not ("UTF8" or "SQL_ASCII"))
        {
            findings.Add(new(false, $"The database is encoded as {settings["server_encoding"]}: the server recodes all that is read.", "Nothing, unless its load matters."));
        }

        if (Number("slots") >= Number("max_replication_slots"))
        {
            findings.Add(new(true, $"All {Number("max_replication_slots")} replication slots are taken.", "Raise max_replication_slots and restart, or drop slots that nobody reads."));
        }

        if (Number("senders") >= Number("max_wal_senders"))
        {
            findings.Add(new(true, $"All {Number("max_wal_senders")} WAL senders are taken.", "Raise max_wal_senders and restart."));
        }

        if (Number("max_slot_wal_keep_size") < 0)
        {
            findings.Add(new(
                false, "max_slot_wal_keep_size is unbounded: while Hub doesn't read, the log grows until legacy's disk is full, and legacy stops.",
                "alter system set max_slot_wal_keep_size = '50GB'; select pg_reload_conf(); as much as the disk can spare: beyond it the dataset is lost and copied anew, and legacy goes on."));
        }

        if (Number("wal_sender_timeout") is > 0 and < 10_000)
        {
            findings.Add(new(false, $"wal_sender_timeout is {Number("wal_sender_timeout")} ms: short pauses end the replication stream.", "alter system set wal_sender_timeout = '60s'; select pg_reload_conf();"));
        }

        if (settings["all"].Length > 0)
        {
            findings.Add(new(
                false, $"The publication {settings["all"]} is FOR ALL TABLES: legacy's updates and deletes fail on each table that has no key.",
                "Make it one FOR TABLE …; Debezium makes such a publication by itself unless publication.autocreate.mode is filtered or disabled."));
        }

        if (settings["unread"].Length > 0)
        {
            findings.Add(new(false, $"Nobody reads the replication slots {settings["unread"]}, and they hold log back.", "select pg_drop_replication_slot('…'); for each that is not needed."));
        }
    }
}
