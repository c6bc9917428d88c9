using Hub.Storage;

namespace Hub.Town.Services.Customer;

/// <summary>The customer service's table; the dataset <c>customers</c> fills it. It holds no password: log-in is legacy's.</summary>
internal static class CustomerSchema
{
    public static readonly SqliteSchema Steps = new(
        """
        CREATE TABLE customer (
            id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL, created_at TEXT NOT NULL);
        """);
}
