using Hub.ChangeFeed.Sources;
using Hub.Migration.Config;

namespace Hub.Migration.Debezium;

/// <summary>PostgreSQL's part of a Debezium connector: settings, and the SQL that lets it read and takes that away again.</summary>
internal static class PostgresSetup
{
    public static IEnumerable<(string, string)> Settings(DebeziumPlan plan)
    {
        yield return ("database.dbname", plan.Database.Database);
        if (plan.Database.Value("ssl mode", "sslmode") is { } mode)
        {
            yield return ("database.sslmode", mode.ToUpperInvariant() switch
            {
                "VERIFYCA" or "VERIFY-CA" => "verify-ca",
                "VERIFYFULL" or "VERIFY-FULL" => "verify-full",
                _ => mode.ToLowerInvariant(),
            });
        }

        if (plan.Database.Value("root certificate", "sslrootcert") is { } root)
        {
            yield return ("database.sslrootcert", root);
        }

        yield return ("plugin.name", "pgoutput");
        yield return ("slot.name", plan.Identifier);
        yield return ("publication.name", plan.Identifier);
        // For all tables, as Debezium makes it, legacy's own updates fail on a table without a key.
        yield return ("publication.autocreate.mode", "disabled");
        yield return ("message.prefix.exclude.list", ".*");
        if (plan.Kafka.Handling == KafkaHandling.Hub)
        {
            yield return ("interval.handling.mode", "string");
            yield return ("hstore.handling.mode", "json");
        }
    }

    public static string Install(DebeziumPlan plan)
    {
        var (publication, tables) = (Name(plan.Identifier), string.Join(", ", plan.Captured.Select(Name)));
        var quoted = string.Join(", ", plan.Tables.Select(table => Text(Name(table))));
        return $"""
            -- 1. What would go wrong later, or break legacy's own writes, stops here.
            DO $hub$
            DECLARE found text;
            BEGIN
              IF current_setting('wal_level') <> 'logical' THEN
                RAISE EXCEPTION 'wal_level is %, so changes can not be read from the log', current_setting('wal_level')
                  USING HINT = 'Set wal_level = logical in postgresql.conf and restart the server.';
              END IF;
              SELECT string_agg(name, ', ') INTO found FROM unnest(ARRAY[{quoted}]) AS t(name) WHERE to_regclass(name) IS NULL;
              IF found IS NOT NULL THEN
                RAISE EXCEPTION 'there is no table %', found USING HINT = 'Correct the Tables of the dataset.';
              END IF;
              SELECT string_agg(c.oid::regclass::text, ', ') INTO found FROM pg_class c
              WHERE c.oid = ANY(ARRAY[{quoted}]::regclass[])
                AND (c.relreplident = 'n' OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary));
              IF found IS NOT NULL THEN
                RAISE EXCEPTION 'no primary key in %: once it is published, legacy''s own UPDATE and DELETE on it fail', found
                  USING HINT = 'Give it a primary key, or take it out of the dataset.';
              END IF;
            END $hub$;

            -- 2. Logins, without a password: set each by \password in psql, so that it stands in no file and no log.
            {Lines(plan.Users.Select(user => $"""
            DO $hub$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {Text(user)}) THEN
                CREATE ROLE {Name(user)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
              END IF;
            END $hub$;
            """))}
            ALTER ROLE {Name(plan.ConnectorUser)} REPLICATION;

            -- 3. Hub's own two tables: a row a dataset that is written each second, and this dataset's signals, which start copies.
            CREATE TABLE IF NOT EXISTS {Name(plan.Watermarks)}(
              dataset text PRIMARY KEY, counter bigint NOT NULL, ts_ms bigint NOT NULL, lineage text NOT NULL, mark text)
              WITH (fillfactor = 50);
            CREATE TABLE IF NOT EXISTS {Name(plan.Signals)}(id varchar(64) PRIMARY KEY, type varchar(32) NOT NULL, data text);

            -- 4. Least privilege: these tables and nothing else.
            {Lines(plan.Users.Select(user => $"""
            GRANT CONNECT ON DATABASE {Name(plan.Database.Database)} TO {Name(user)};
            GRANT USAGE ON SCHEMA {string.Join(", ", Schemas(plan))} TO {Name(user)};
            GRANT SELECT ON {tables} TO {Name(user)};
            GRANT INSERT ON {Name(plan.Signals)} TO {Name(user)};
            """))}
            GRANT INSERT, UPDATE ON {Name(plan.Watermarks)} TO {Name(plan.HubUser)};

            -- 5. What the connector is told of: these tables alone. Run again, it takes the dataset's tables as they are now.
            DO $hub$ BEGIN
              IF EXISTS (SELECT FROM pg_publication WHERE pubname = {Text(plan.Identifier)}) THEN
                ALTER PUBLICATION {publication} SET TABLE {tables};
              ELSE
                CREATE PUBLICATION {publication} FOR TABLE {tables} WITH (publish_via_partition_root = true);
              END IF;
            END $hub$;
            """;
    }

    public static string Remove(DebeziumPlan plan)
    {
        var dataset = string.Join(", ", plan.Tables.Select(Name));
        return $"""
            -- 1. The slot: while it stands, the server keeps its log for it. Refused as long as the connector runs.
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = {Text(plan.Identifier)} AND database = current_database();

            -- 2. What belongs to this dataset alone.
            DROP PUBLICATION IF EXISTS {Name(plan.Identifier)};
            DROP TABLE IF EXISTS {Name(plan.Signals)};
            {Lines(plan.Users.Select(user => $"""
            DO $hub$ BEGIN
              IF EXISTS (SELECT FROM pg_roles WHERE rolname = {Text(user)}) THEN
                REVOKE ALL ON {dataset} FROM {Name(user)};
              END IF;
            END $hub$;
            """))}
            DO $hub$ BEGIN
              IF to_regclass({Text(Name(plan.Watermarks))}) IS NOT NULL THEN
                DELETE FROM {Name(plan.Watermarks)} WHERE dataset = {Text(plan.Dataset)};
              END IF;
            END $hub$;

            -- 3. What datasets share goes with the last of them; a login that has rights elsewhere stays, and it says so.
            DO $hub$
            DECLARE login text;
            BEGIN
              IF EXISTS (SELECT FROM pg_publication_tables WHERE schemaname = {Text(plan.Database.Schema)} AND tablename = {Text(Watermark.Table)}) THEN
                RAISE NOTICE 'another dataset reads this database: Hub''s tables and logins stay';
                RETURN;
              END IF;
              DROP TABLE IF EXISTS {Name(plan.Watermarks)};
              FOREACH login IN ARRAY ARRAY[{string.Join(", ", plan.Users.Select(Text))}] LOOP
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
                  EXECUTE format('REVOKE ALL ON SCHEMA {string.Join(", ", Schemas(plan)).Replace("'", "''", StringComparison.Ordinal)} FROM %I', login);
                  EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), login);
                  BEGIN
                    EXECUTE format('DROP ROLE %I', login);
                  EXCEPTION WHEN dependent_objects_still_exist OR object_in_use THEN
                    RAISE NOTICE 'the login % stays: %', login, SQLERRM;
                  END;
                END IF;
              END LOOP;
            END $hub$;
            """;
    }

    public static IEnumerable<string> Load(DebeziumPlan plan) =>
    [
        "Reading: one replication slot, one process that decodes the whole server's log whatever the dataset's share of it is: at most one core, measured 31,000 to 35,000 changes a second on two.",
        $"Log: while the connector is down the slot {plan.Identifier} keeps all of the server's log. Bound it (max_slot_wal_keep_size), and watch the lag.",
        "Replica identity stays as it is: the log grows by nothing but Hub's own two tables.",
    ];

    private static IEnumerable<string> Schemas(DebeziumPlan plan) =>
        plan.Captured.Select(table => table.Schema).Distinct(StringComparer.Ordinal).Select(Name);

    private static string Name(SourceTable table) => $"{Name(table.Schema)}.{Name(table.Name)}";

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Lines(IEnumerable<string> parts) => string.Join('\n', parts);
}
