using Microsoft.Data.Sqlite;

namespace Hub.Storage;

/// <summary>
/// A SQLite database of ours: one file in WAL mode, opened by pooled connections. Nothing is lost at a kill -9 of the
/// process; <see cref="Durable"/> ones keep what was committed at a power cut too.
/// </summary>
public sealed class SqliteFile
{
    private readonly string _connectionString;
    private readonly string _pragmas;

    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="durable">Each commit waits for the disk (<c>synchronous=FULL</c>).</param>
    public SqliteFile(string path, bool durable = true)
    {
        Path = System.IO.Path.GetFullPath(path);
        Durable = durable;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = Path, DefaultTimeout = 30 }.ToString();
        _pragmas = $"PRAGMA busy_timeout=30000; PRAGMA journal_mode=WAL; PRAGMA synchronous={(durable ? "FULL" : "NORMAL")}; PRAGMA foreign_keys=ON;";
    }

    public string Path { get; }

    public bool Durable { get; }

    /// <summary>Opens a connection; dispose of it to give it back to the pool.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = _pragmas;
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Closes the pooled connections, so that the file can be moved or deleted.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }
}
