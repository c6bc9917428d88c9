using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hub.Storage;

/// <summary>
/// The steps that make a store's schema, the oldest first. A store upgrades itself at start; what it was before is kept
/// beside it as <c>NAME.v3.bak</c> (docs/operate/restore.md).
/// </summary>
/// <param name="steps">SQL, a step a version; a step that was released is never edited, a change is a new step.</param>
public sealed class SqliteSchema(params string[] steps)
{
    /// <summary>Brings the file to the newest version, each step in a transaction of its own.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer version of Hub.</exception>
    public void Upgrade(SqliteFile file)
    {
        using var connection = file.Open();
        var version = (int)Scalar(connection, "PRAGMA user_version");
        if (version > steps.Length)
        {
            throw new InvalidOperationException(
                $"{file.Path} is of version {version} and this Hub knows versions up to {steps.Length}: it was written by a newer Hub. "
                + $"Start that one, or restore the backup {file.Path}.v{steps.Length}.bak that it made before it upgraded.");
        }

        if (version > 0 && version < steps.Length)
        {
            BackUp(connection, $"{file.Path}.v{version}.bak");
        }

        for (; version < steps.Length; version++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, transaction, steps[version]);
            Execute(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={version + 1}"));
            transaction.Commit();
        }
    }

    private static void BackUp(SqliteConnection connection, string path)
    {
        // An upgrade that was killed is begun again: the backup of its first attempt is whole or not there.
        var unfinished = path + ".tmp";
        File.Delete(unfinished);
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "VACUUM INTO $path";
            command.Parameters.AddWithValue("$path", unfinished);
            command.ExecuteNonQuery();
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
