using Hub.Storage;

namespace Hub.Town.Storefront;

/// <summary>
/// What the storefront itself must not forget at a kill, in <c>new-checkout.db</c>: orders it is placing and carts it is
/// carrying.
/// </summary>
internal static class StorefrontSchema
{
    public static readonly SqliteSchema Steps = new(
        """
        CREATE TABLE attempt (
            id TEXT PRIMARY KEY, key TEXT NOT NULL, account INTEGER, state TEXT NOT NULL, number TEXT, attempt TEXT NOT NULL);
        CREATE INDEX attempt_key ON attempt (key);
        CREATE INDEX attempt_account ON attempt (account);
        CREATE INDEX attempt_number ON attempt (number);
        CREATE INDEX attempt_open ON attempt (state) WHERE state IN ('Begun', 'Handed');
        CREATE TABLE carry (id TEXT PRIMARY KEY, state TEXT NOT NULL, carry TEXT NOT NULL);
        CREATE INDEX carry_open ON carry (state) WHERE state = 'Open';
        """);
}
