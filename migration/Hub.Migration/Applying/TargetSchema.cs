namespace Hub.Migration.Applying;

/// <summary>
/// The hub's own tables in a target's file, so that position, quarantine and outbox commit with the rows. The file's
/// <c>user_version</c> belongs to New's service; the hub's own version stands in <c>hub_version</c>.
/// </summary>
internal static class TargetSchema
{
    public const string Tables =
        """
        CREATE TABLE IF NOT EXISTS hub_version(version INTEGER NOT NULL);
        INSERT INTO hub_version SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM hub_version);
        CREATE TABLE IF NOT EXISTS hub_positions(
          dataset TEXT PRIMARY KEY NOT NULL, next INTEGER NOT NULL, epoch INTEGER NOT NULL,
          counter INTEGER NOT NULL DEFAULT 0, applied_ms INTEGER);
        CREATE TABLE IF NOT EXISTS hub_copies(
          dataset TEXT NOT NULL, source_table TEXT NOT NULL, lineage TEXT NOT NULL, key_mapping TEXT NOT NULL, mapping TEXT NOT NULL,
          last_key TEXT, rows INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(dataset, source_table));
        CREATE TABLE IF NOT EXISTS hub_quarantine(
          dataset TEXT NOT NULL, source_table TEXT NOT NULL, key TEXT NOT NULL, first_position INTEGER NOT NULL, position INTEGER NOT NULL,
          ts_ms INTEGER NOT NULL, before TEXT, after TEXT, reason TEXT NOT NULL, waits INTEGER NOT NULL, events INTEGER NOT NULL,
          PRIMARY KEY(dataset, source_table, key));
        CREATE TABLE IF NOT EXISTS hub_outbox(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, dataset TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL,
          body TEXT NOT NULL, posted_ms INTEGER, UNIQUE(kind, key));
        CREATE INDEX IF NOT EXISTS hub_outbox_open ON hub_outbox(seq) WHERE posted_ms IS NULL;
        CREATE TABLE IF NOT EXISTS hub_untold(
          dataset TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY(dataset, key));
        """;
}
