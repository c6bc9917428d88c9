using Hub.Storage;

namespace Hub.Control.Store;

/// <summary>Control's tables. A step that was released is never edited.</summary>
internal static class ControlSchema
{
    public static SqliteSchema Schema { get; } = new(
        """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE document (hash TEXT PRIMARY KEY, text TEXT NOT NULL, file TEXT NOT NULL, at TEXT NOT NULL);
        -- Everything wanted, a row a revision; the newest row is in force. state: StoredState as JSON.
        CREATE TABLE revision (
            number INTEGER PRIMARY KEY, epoch TEXT NOT NULL, stamp TEXT NOT NULL, at TEXT NOT NULL,
            document_hash TEXT NOT NULL, state TEXT NOT NULL);
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL, source TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, reason TEXT, before TEXT, after TEXT, epoch TEXT NOT NULL, number INTEGER NOT NULL);
        CREATE INDEX audit_at ON audit (at);
        CREATE TABLE token (
            name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL,
            last_used_at TEXT, revoked_at TEXT);
        -- Planes that were connected, so that a restarted control knows whose leases may still hold.
        CREATE TABLE plane (
            name TEXT PRIMARY KEY, role TEXT NOT NULL, version TEXT NOT NULL, api TEXT NOT NULL, serves TEXT NOT NULL, heard_at TEXT NOT NULL);
        -- Rollbacks made on planes; listed in revisions until the plane let go of its own.
        CREATE TABLE adopted_rollback (id TEXT PRIMARY KEY, plane TEXT NOT NULL, at TEXT NOT NULL, released_at TEXT);
        CREATE TABLE account (account TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, at TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE claim (
            dataset TEXT NOT NULL, key TEXT NOT NULL, side TEXT NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL,
            touched_at TEXT NOT NULL, ends_at TEXT NOT NULL, PRIMARY KEY (dataset, key)) WITHOUT ROWID;
        CREATE INDEX claim_key ON claim (key);
        CREATE TABLE pin (
            key TEXT NOT NULL, journey TEXT NOT NULL, side TEXT NOT NULL, revision INTEGER NOT NULL, started_at TEXT NOT NULL,
            PRIMARY KEY (key, journey)) WITHOUT ROWID;
        CREATE TABLE business_key (
            kind TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (kind, value)) WITHOUT ROWID;
        """,
        """
        -- What planes found by mirroring; instance: which start of which plane, empty for those that are joined.
        CREATE TABLE readiness (
            grp TEXT NOT NULL, route TEXT NOT NULL, instance TEXT NOT NULL, legacy_build TEXT NOT NULL, new_build TEXT NOT NULL,
            rules TEXT NOT NULL, samples INTEGER NOT NULL, agreed INTEGER NOT NULL, strict INTEGER NOT NULL, seen INTEGER NOT NULL,
            variety BLOB NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL,
            PRIMARY KEY (grp, route, instance, legacy_build, new_build, rules)) WITHOUT ROWID;
        -- The newest crawl of each group that ended; view: CrawlView as JSON.
        CREATE TABLE crawl (grp TEXT PRIMARY KEY, view TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        -- What gateway planes saw; span: seconds, 60 (a row a plane, source: which instance of it) or 3600. at: unix seconds.
        CREATE TABLE figure (
            grp TEXT NOT NULL, span INTEGER NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL, legacy TEXT NOT NULL, new TEXT NOT NULL,
            PRIMARY KEY (grp, span, at, source)) WITHOUT ROWID;
        CREATE INDEX figure_at ON figure (span, at);
        """,
        """
        -- Plans that climb, one a group; state: StoredPlan as JSON.
        CREATE TABLE plan (grp TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        -- What is still to be told, and to whom; next_at: unix milliseconds. notified: up to where the audit trail was followed.
        CREATE TABLE notification (
            id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL);
        CREATE INDEX notification_due ON notification (next_at);
        CREATE TABLE notified (what TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """);
}
