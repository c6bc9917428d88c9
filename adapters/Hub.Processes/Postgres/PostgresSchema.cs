using Npgsql;

namespace Hub.Processes.Postgres;

/// <summary>
/// The steps that make a store's schema in a PostgreSQL database, the oldest first, as <c>SqliteSchema</c> does in a file. Instances
/// that start at the same time wait for each other.
/// </summary>
/// <param name="name">The schema, in which the tables and their version are.</param>
/// <param name="steps">SQL, a step a version; a step that was released is never edited, a change is a new step.</param>
public sealed class PostgresSchema(string name, params string[] steps)
{
    private const long Turn = 7521961;

    /// <summary>Brings the schema to the newest version, all steps in one transaction.</summary>
    /// <exception cref="InvalidOperationException">The schema was written by a newer version of Hub.</exception>
    public async Task UpgradeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"SELECT pg_advisory_xact_lock({Turn})", cancellationToken);
        var exists = await connection.QueryAsync($"SELECT 1 FROM pg_namespace WHERE nspname = {name}", _ => true, cancellationToken);
        if (exists.Count == 0)
        {
            await RunAsync(connection, $"CREATE SCHEMA {name}", cancellationToken);
        }

        await RunAsync(connection, $"CREATE TABLE IF NOT EXISTS {name}.version (version BIGINT NOT NULL)", cancellationToken);
        var versions = await connection.QueryAsync($"SELECT version FROM version", row => row.GetInt64(0), cancellationToken);
        var version = (int)versions.FirstOrDefault();
        if (version > steps.Length)
        {
            throw new InvalidOperationException(
                $"The schema {name} of the database {connection.Database} at {connection.Host} is of version {version} and this Hub knows versions up to "
                + $"{steps.Length}: it was written by a newer Hub. Start that one, or restore the backup from before the upgrade.");
        }

        if (version < steps.Length)
        {
            foreach (var step in steps[version..])
            {
                await RunAsync(connection, step, cancellationToken);
            }

            await connection.ExecuteAsync($"DELETE FROM version", cancellationToken);
            await connection.ExecuteAsync($"INSERT INTO version (version) VALUES ({steps.Length})", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
