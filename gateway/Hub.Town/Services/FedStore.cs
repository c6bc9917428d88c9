using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Services;

/// <summary>
/// A store that the migration pipeline fills (SAFETY.md 6): the service makes its schema at start, and from then on has
/// connections that can only read.
/// </summary>
internal sealed class FedStore
{
    private readonly string _readOnly;

    public FedStore(SqliteFile file, SqliteSchema schema)
    {
        schema.Upgrade(file);
        _readOnly = new SqliteConnectionStringBuilder
        {
            DataSource = file.Path,
            Mode = SqliteOpenMode.ReadOnly,
            DefaultTimeout = 30,
        }.ToString();
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_readOnly);
        connection.Open();
        return connection;
    }

    public List<T> Query<T>(FormattableString sql, Func<SqliteDataReader, T> row)
    {
        using var connection = Open();
        return connection.Query(sql, row);
    }
}
