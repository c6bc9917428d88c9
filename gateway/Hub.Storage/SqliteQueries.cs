using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hub.Storage;

/// <summary>
/// Plain SQL in one line. What stands in the braces of an interpolated statement becomes a parameter:
/// <c>connection.Execute($"DELETE FROM Cart WHERE Id = {id}")</c>.
/// </summary>
public static class SqliteQueries
{
    /// <summary>Runs the statement and gives the number of rows it touched.</summary>
    public static int Execute(this SqliteConnection connection, FormattableString sql)
    {
        using var command = Command(connection, sql);
        return command.ExecuteNonQuery();
    }

    /// <summary>Every row, as <paramref name="row"/> reads it.</summary>
    public static List<T> Query<T>(this SqliteConnection connection, FormattableString sql, Func<SqliteDataReader, T> row)
    {
        using var command = Command(connection, sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>The first column of the first row as a number; null where there is no row or it holds null.</summary>
    public static long? QueryNumber(this SqliteConnection connection, FormattableString sql)
    {
        using var command = Command(connection, sql);
        return command.ExecuteScalar() is long number ? number : null;
    }

    /// <summary>The text of a column, or null.</summary>
    public static string? TextOrNull(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>The number of a column, or null.</summary>
    public static long? NumberOrNull(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt64(column);

    // CreateCommand joins the connection's transaction by itself.
    private static SqliteCommand Command(SqliteConnection connection, FormattableString sql)
    {
        var command = connection.CreateCommand();
        var names = new object[sql.ArgumentCount];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = string.Create(CultureInfo.InvariantCulture, $"$p{i}");
            command.Parameters.AddWithValue((string)names[i], sql.GetArgument(i) ?? DBNull.Value);
        }

        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql.Format, names);
        return command;
    }
}
