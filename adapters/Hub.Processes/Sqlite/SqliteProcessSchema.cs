using Hub.Storage;

namespace Hub.Processes.Sqlite;

/// <summary>The store's tables. Times are milliseconds since 1970, UTC; bodies and states are JSON.</summary>
internal static class SqliteProcessSchema
{
    public static readonly SqliteSchema Steps = new("""
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
        "CREATE INDEX process_status ON process (process, status, updated_at);",
        """
        ALTER TABLE outbox ADD COLUMN lane TEXT NOT NULL DEFAULT '';
        UPDATE outbox SET lane = kind;
        CREATE INDEX outbox_lane ON outbox (lane, attempts > 0, due_at, seq) WHERE done_at IS NULL;
        ALTER TABLE dead_letter ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE dead_letter ADD COLUMN origin BIGINT;
        ALTER TABLE dead_letter ADD COLUMN may_have INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE dead_letter ADD COLUMN settled TEXT;
        ALTER TABLE dead_letter ADD COLUMN settled_by TEXT;
        ALTER TABLE dead_letter ADD COLUMN settled_at BIGINT;
        UPDATE dead_letter SET source = 1, may_have = 0, origin = (
            SELECT MAX(seq) FROM inbox i WHERE i.process = dead_letter.process AND i.key = dead_letter.key AND i.kind = dead_letter.kind
                AND i.body = dead_letter.body AND i.id <> 'unreadable');
        UPDATE dead_letter SET source = 2, may_have = 1, origin = (
            SELECT MAX(seq) FROM outbox o WHERE o.process = dead_letter.process AND o.key = dead_letter.key AND o.kind = dead_letter.kind
                AND o.body = dead_letter.body) WHERE origin IS NULL;
        UPDATE dead_letter SET source = 0, may_have = 0 WHERE origin IS NULL;
        CREATE INDEX dead_letter_open ON dead_letter (seq) WHERE settled IS NULL;
        """,
        """
        CREATE INDEX dead_letter_key ON dead_letter (process, key, seq) WHERE settled IS NULL;
        CREATE TABLE reference (
            owner TEXT NOT NULL, list TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, list, key));
        CREATE TABLE seen (source TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (source, id));
        CREATE INDEX seen_at ON seen (at);
        """,
        """
        ALTER TABLE process ADD COLUMN erased_at BIGINT;
        ALTER TABLE dead_letter ADD COLUMN erased_at BIGINT;
        CREATE INDEX dead_letter_all ON dead_letter (process, key);
        """);
}
