namespace Hub.Migration.Applying;

/// <summary>
/// The hub's own tables in a target, so that position, quarantine and outbox commit with the rows: schema <c>hub</c> in
/// PostgreSQL, tables <c>hub_…</c> in SQLite, whose <c>user_version</c> belongs to New's service. Their version stands in <c>hub.version</c>.
/// </summary>
internal static class HubSchema
{
    private const long Newest = 3;

    private const string Tables =
        """
        CREATE TABLE hub.positions(
          dataset TEXT NOT NULL, target TEXT NOT NULL, feed TEXT NOT NULL, next BIGINT NOT NULL, highest TEXT NOT NULL, epoch BIGINT NOT NULL,
          counter BIGINT NOT NULL DEFAULT 0, lineage TEXT, applied_ms BIGINT, paused TEXT, PRIMARY KEY(dataset, target));
        CREATE TABLE hub.copies(
          dataset TEXT NOT NULL, target TEXT NOT NULL, source_table TEXT NOT NULL, lineage TEXT NOT NULL, key_mapping TEXT NOT NULL, mapping TEXT NOT NULL,
          last_key TEXT, rows BIGINT NOT NULL DEFAULT 0, begun BIGINT NOT NULL DEFAULT 0, done BIGINT NOT NULL DEFAULT 0,
          signal TEXT, said TEXT, PRIMARY KEY(dataset, target, source_table));
        CREATE TABLE hub.quarantine(
          id IDENTITY, dataset TEXT NOT NULL, target TEXT NOT NULL, source_table TEXT NOT NULL, key TEXT NOT NULL, first_position TEXT NOT NULL,
          position TEXT NOT NULL, ts_ms BIGINT NOT NULL, before TEXT, after TEXT, reason TEXT NOT NULL, waits BIGINT NOT NULL, events BIGINT NOT NULL,
          UNIQUE(dataset, target, source_table, key));
        CREATE TABLE hub.outbox(
          seq IDENTITY, dataset TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, at_ms BIGINT NOT NULL,
          body TEXT NOT NULL, posted_ms BIGINT, UNIQUE(kind, key));
        CREATE INDEX outbox_open ON hub.outbox(seq) WHERE posted_ms IS NULL;
        CREATE TABLE hub.untold(
          dataset TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, since_ms BIGINT NOT NULL, PRIMARY KEY(dataset, target, key));
        CREATE TABLE hub.source_rows(
          dataset TEXT NOT NULL, target TEXT NOT NULL, source_table TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL, "row" TEXT NOT NULL,
          PRIMARY KEY(dataset, target, source_table, key));
        CREATE TABLE hub.verifications(
          dataset TEXT NOT NULL, target TEXT NOT NULL, "table" TEXT NOT NULL, mapping TEXT NOT NULL, began_ms BIGINT NOT NULL, ended_ms BIGINT,
          verified_ms BIGINT, last_key TEXT, rows BIGINT NOT NULL, missing BIGINT NOT NULL, extra BIGINT NOT NULL, mismatched BIGINT NOT NULL,
          quarantined BIGINT NOT NULL, found TEXT NOT NULL, PRIMARY KEY(dataset, target, "table"));
        CREATE TABLE hub.differences(
          dataset TEXT NOT NULL, target TEXT NOT NULL, "table" TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, source_key TEXT,
          columns TEXT NOT NULL, found_ms BIGINT NOT NULL, PRIMARY KEY(dataset, target, "table", key));
        CREATE INDEX source_rows_owner ON hub.source_rows(dataset, target, owner);
        """;

    // Hub 0.1 knew SQLite alone and no targets: who takes such a store first gives it its name.
    private const string FromFirst =
        """
        ALTER TABLE hub.positions RENAME TO hub_1_positions;
        ALTER TABLE hub.copies RENAME TO hub_1_copies;
        ALTER TABLE hub.quarantine RENAME TO hub_1_quarantine;
        ALTER TABLE hub.outbox RENAME TO hub_1_outbox;
        ALTER TABLE hub.untold RENAME TO hub_1_untold;
        DROP INDEX hub_outbox_open;
        """;

    private const string FromSecond = "ALTER TABLE hub.copies ADD COLUMN signal TEXT; ALTER TABLE hub.copies ADD COLUMN said TEXT";

    private const string CopyFirst =
        """
        INSERT INTO hub.positions(dataset, target, feed, next, highest, epoch, counter, applied_ms)
          SELECT dataset, '', '', next, CAST(next AS TEXT), epoch, counter, applied_ms FROM hub_1_positions;
        INSERT INTO hub.copies(dataset, target, source_table, lineage, key_mapping, mapping, last_key, rows, begun, done)
          SELECT dataset, '', source_table, lineage, key_mapping, mapping, last_key, rows, done >= 0, done > 0 FROM hub_1_copies;
        INSERT INTO hub.quarantine(dataset, target, source_table, key, first_position, position, ts_ms, before, after, reason, waits, events)
          SELECT dataset, '', source_table, key, CAST(first_position AS TEXT), CAST(position AS TEXT), ts_ms, before, after, reason, waits, events FROM hub_1_quarantine ORDER BY first_position;
        INSERT INTO hub.outbox(seq, dataset, target, kind, key, at_ms, body, posted_ms)
          SELECT seq, dataset, '', kind, key, at_ms, body, posted_ms FROM hub_1_outbox;
        INSERT INTO hub.untold(dataset, target, key, reason, since_ms) SELECT dataset, '', key, reason, since_ms FROM hub_1_untold;
        DROP TABLE hub_1_positions; DROP TABLE hub_1_copies; DROP TABLE hub_1_quarantine; DROP TABLE hub_1_outbox; DROP TABLE hub_1_untold;
        """;

    /// <summary>Whether the tables are there, as this Hub knows them.</summary>
    public static async ValueTask<bool> StandsAsync(HubSql sql, CancellationToken cancellationToken) =>
        await VersionAsync(sql, cancellationToken) == Newest;

    /// <summary>Makes the tables, or brings those of before to the newest version, in the transaction that is open.</summary>
    /// <exception cref="InvalidOperationException">A newer Hub wrote them.</exception>
    public static async ValueTask UpgradeAsync(HubSql sql, string name, string dataset, string target, CancellationToken cancellationToken)
    {
        if (sql.IsPostgres)
        {
            await sql.RunAsync("SELECT pg_advisory_xact_lock(7521960)", cancellationToken);
            if (await sql.ScalarAsync("SELECT 1 FROM pg_namespace WHERE nspname = 'hub'", cancellationToken) is null)
            {
                await sql.RunAsync("CREATE SCHEMA hub", cancellationToken);
            }
        }

        var version = await VersionAsync(sql, cancellationToken);
        if (version > Newest)
        {
            throw new InvalidOperationException(
                $"The hub's tables in {name} are of version {version} and this Hub knows versions up to {Newest}: a newer Hub wrote them. Start that one.");
        }

        if (version == 0)
        {
            await sql.RunAsync("CREATE TABLE hub.version(version BIGINT NOT NULL); INSERT INTO hub.version VALUES(0)", cancellationToken);
        }

        if (version < Newest)
        {
            if (version == 1)
            {
                await sql.RunAsync(FromFirst, cancellationToken);
            }

            await sql.RunAsync(version == 2 ? FromSecond : Dialect(sql, Tables), cancellationToken);
            if (version == 1)
            {
                await sql.RunAsync(CopyFirst, cancellationToken);
            }

            await sql.RunAsync("UPDATE hub.version SET version = @version", cancellationToken, ("version", Newest));
        }

        foreach (var table in new[] { "positions", "copies", "quarantine", "outbox", "untold" })
        {
            await sql.RunAsync(
                $"UPDATE hub.{table} SET target = @target WHERE dataset = @dataset AND target = ''", cancellationToken, ("dataset", dataset), ("target", target));
        }
    }

    private static string Dialect(HubSql sql, string text) => sql.IsPostgres
        ? text.Replace("IDENTITY", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", StringComparison.Ordinal)
        : text.Replace("IDENTITY", "INTEGER PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal).Replace("CREATE INDEX ", "CREATE INDEX hub.", StringComparison.Ordinal);

    private static async ValueTask<long> VersionAsync(HubSql sql, CancellationToken cancellationToken)
    {
        var there = sql.IsPostgres
            ? "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'hub' AND c.relname = 'version'"
            : "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'hub_version'";
        return await sql.ScalarAsync(there, cancellationToken) is null ? 0 : (long)(await sql.ScalarAsync("SELECT version FROM hub.version", cancellationToken))!;
    }
}
