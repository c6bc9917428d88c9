using Hub.Storage;

namespace Hub.Processes;

/// <summary>The store's tables. Times are milliseconds since 1970, UTC; bodies and states are JSON.</summary>
internal static class ProcessSchema
{
    public static readonly SqliteSchema Sqlite = new("""
        CREATE TABLE process (
            process TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, status TEXT NOT NULL, reason TEXT,
            created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (process, key));
        CREATE INDEX process_created ON process (process, created_at);

        CREATE TABLE inbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, process TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
            kind TEXT NOT NULL, body TEXT NOT NULL, due_at BIGINT NOT NULL, handled_at BIGINT, UNIQUE (process, key, id));
        CREATE INDEX inbox_waiting ON inbox (due_at) WHERE handled_at IS NULL;

        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, process TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
            created_at BIGINT NOT NULL, due_at BIGINT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
            begun_at BIGINT, error TEXT, done_at BIGINT);
        CREATE INDEX outbox_waiting ON outbox (due_at) WHERE done_at IS NULL;
        CREATE INDEX outbox_key ON outbox (process, key);

        CREATE TABLE journal (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, process TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, step TEXT NOT NULL,
            outcome TEXT NOT NULL, attempt INTEGER NOT NULL, reference TEXT, detail TEXT);
        CREATE INDEX journal_key ON journal (process, key, seq);

        CREATE TABLE dead_letter (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, process TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
            reason TEXT NOT NULL, attempts INTEGER NOT NULL, at BIGINT NOT NULL);

        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        """,
        "CREATE INDEX process_status ON process (process, status, updated_at);");
}
