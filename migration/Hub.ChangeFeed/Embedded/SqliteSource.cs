using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Embedded;

/// <summary>
/// Legacy's SQLite database, opened beside legacy itself. Its settings (journal mode, synchronous) stay as legacy chose
/// them, and a file that isn't there is not made.
/// </summary>
/// <param name="path">The database file.</param>
public sealed class SqliteSource(string path)
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = System.IO.Path.GetFullPath(path),
        Mode = SqliteOpenMode.ReadWrite,
        // A pooled connection would hold the file after legacy is gone.
        Pooling = false,
    }.ToString();

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <exception cref="SqliteException">The file is not there or is no database.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Run("PRAGMA busy_timeout=30000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
