namespace Hub.Processes.Postgres;

/// <summary>The store's tables. Times are milliseconds since 1970, UTC; bodies and states are JSON.</summary>
/// <remarks>
/// A row of <c>process</c> is made with its key's first message, without a state: it is the lock that keeps the key's messages in order.
/// </remarks>
internal static class PostgresProcessSchema
{
    public const string Name = "hub_processes";

    public static readonly PostgresSchema Steps = new(Name, """
        CREATE TABLE process (
            process TEXT NOT NULL, key TEXT NOT NULL, state TEXT, status TEXT, reason TEXT,
            created_at BIGINT, updated_at BIGINT, PRIMARY KEY (process, key)) WITH (fillfactor = 70);
        CREATE INDEX process_created ON process (process, created_at) WHERE state IS NOT NULL;
        CREATE INDEX process_status ON process (process, status, updated_at) WHERE state IS NOT NULL;

        CREATE TABLE inbox (
            seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, process TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
            kind TEXT NOT NULL, body TEXT NOT NULL, due_at BIGINT NOT NULL, handled_at BIGINT, UNIQUE (process, key, id));
        CREATE INDEX inbox_waiting ON inbox (due_at, seq) WHERE handled_at IS NULL;
        CREATE INDEX inbox_key ON inbox (process, key, seq) WHERE handled_at IS NULL;

        CREATE TABLE outbox (
            seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, process TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
            lane TEXT NOT NULL, created_at BIGINT NOT NULL, due_at BIGINT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
            begun_at BIGINT, error TEXT, done_at BIGINT, owner TEXT, leased_until BIGINT);
        CREATE INDEX outbox_waiting ON outbox (due_at) WHERE done_at IS NULL;
        CREATE INDEX outbox_lane ON outbox (lane, (attempts > 0), due_at, seq) WHERE done_at IS NULL;
        CREATE INDEX outbox_key ON outbox (process, key) WHERE done_at IS NULL;

        CREATE TABLE journal (
            seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, process TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, step TEXT NOT NULL,
            outcome TEXT NOT NULL, attempt INTEGER NOT NULL, reference TEXT, detail TEXT);
        CREATE INDEX journal_key ON journal (process, key, seq);

        CREATE TABLE dead_letter (
            seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source INTEGER NOT NULL, origin BIGINT, process TEXT NOT NULL, key TEXT NOT NULL,
            kind TEXT NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL, may_have BOOLEAN NOT NULL, at BIGINT NOT NULL,
            settled TEXT, settled_by TEXT, settled_at BIGINT);
        CREATE INDEX dead_letter_open ON dead_letter (seq) WHERE settled IS NULL;
        CREATE INDEX dead_letter_key ON dead_letter (process, key, seq) WHERE settled IS NULL;

        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE turn (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until BIGINT NOT NULL);
        """,
        """
        CREATE TABLE reference (
            owner TEXT COLLATE "C" NOT NULL, list TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (owner, list, key));
        CREATE TABLE seen (source TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (source, id));
        CREATE INDEX seen_at ON seen (at);
        """,
        """
        ALTER TABLE process ADD COLUMN erased_at BIGINT;
        ALTER TABLE dead_letter ADD COLUMN erased_at BIGINT;
        CREATE INDEX outbox_all ON outbox (process, key);
        CREATE INDEX dead_letter_all ON dead_letter (process, key);
        """);
}
