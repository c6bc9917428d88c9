using System.Data.Common;

namespace Contoso.Entries;

/// <summary>The service's own data: nobody else writes it, and nobody reads it but by the API.</summary>
internal sealed class EntryStore(DbDataSource database)
{
    /// <summary>Makes what is missing; a new version adds its steps here.</summary>
    public async Task UpgradeAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, text TEXT NOT NULL)");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<Entry?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT text FROM entry WHERE id = @id");
        Add(command, "id", id);
        return await command.ExecuteScalarAsync(cancellationToken) is string text ? new Entry(id, text) : null;
    }

    public async Task KeepAsync(Entry entry, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "INSERT INTO entry (id, text) VALUES (@id, @text) ON CONFLICT (id) DO UPDATE SET text = excluded.text");
        Add(command, "id", entry.Id);
        Add(command, "text", entry.Text);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether it answers.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT COUNT(*) FROM entry");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private static void Add(DbCommand command, string name, string value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}

/// <summary>What the service is about: put your own in its place.</summary>
internal sealed record Entry(string Id, string Text);
