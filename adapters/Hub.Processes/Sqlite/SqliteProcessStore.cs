using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Processes.Sealing;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes.Sqlite;

/// <summary>The store in a file, for one instance of the plane. Calls block while they read and write, as SQLite does.</summary>
public sealed partial class SqliteProcessStore : IProcessStore
{
    private const int Batch = 32;
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;
    private readonly TextSeal _seal;

    // One process holds the file, so claims need not outlive it.
    private readonly ConcurrentDictionary<long, string> _claims = new();

    /// <summary>Opens the store and upgrades it.</summary>
    /// <exception cref="WrongKeysException">Its texts were sealed with other keys.</exception>
    public SqliteProcessStore(SqliteFile file, TimeProvider time, TextSeal seal)
    {
        (_file, _time, _seal) = (file, time, seal);
        SqliteProcessSchema.Steps.Upgrade(file);
        using var connection = _file.Open();
        _seal.Open(KeepOnce(connection, TextSeal.Setting, _seal.Seal(TextSeal.Setting)));
    }

    public event Action? Changed;

    public TimeSpan? PollEvery => null;

    public TimeSpan? Lease => null;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<string> GetIdAsync(CancellationToken cancellationToken) =>
        GetOrKeepSettingAsync("store.id", Guid.NewGuid().ToString("N"), cancellationToken);

    public Task<int> ReceiveAsync(
        IReadOnlyCollection<ProcessMessage> messages, (string Name, string Value)? setting, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var taken = messages.Count(message => Take(connection, message, Now));
        if (setting is var (name, value))
        {
            Keep(connection, name, value);
        }

        transaction.Commit();
        if (taken > 0)
        {
            Changed?.Invoke();
        }

        return Task.FromResult(taken);
    }

    public Task<bool> BuryAsync(ProcessMessage message, string reason, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        if (!Take(connection, message, now))
        {
            return Task.FromResult(false);
        }

        connection.Execute($"""
            UPDATE inbox SET handled_at = {now} WHERE process = {message.Process} AND key = {message.Key} AND id = {message.Id}
            """);
        Bury(connection, message, reason, now, DeadLetterSource.Unreadable, null);
        transaction.Commit();
        return Task.FromResult(true);
    }

    public Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(Setting(connection, name));
    }

    public Task KeepSettingAsync(string name, string? value, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        if (value is null)
        {
            connection.Execute($"DELETE FROM setting WHERE name = {name}");
        }
        else
        {
            Keep(connection, name, value);
        }

        return Task.CompletedTask;
    }

    public Task<string> GetOrKeepSettingAsync(string name, string value, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(KeepOnce(connection, name, value));
    }

    /// <summary>There is nobody else.</summary>
    public Task<bool> TakeTurnAsync(string name, string owner, TimeSpan atMost, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<ImmutableArray<HandledMessage>> HandleAsync(
        IReadOnlyDictionary<string, ProcessDefinition> definitions, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var handled = ImmutableArray.CreateBuilder<HandledMessage>();
        while (handled.Count < Batch && HandleNext(connection, definitions) is { } one)
        {
            handled.Add(one);
        }

        transaction.Commit();
        return Task.FromResult(handled.ToImmutable());
    }

    private HandledMessage? HandleNext(SqliteConnection connection, IReadOnlyDictionary<string, ProcessDefinition> definitions)
    {
        var now = Now;
        var next = connection.Query(
            $"SELECT seq, process, key, id, kind, body FROM inbox WHERE handled_at IS NULL AND due_at <= {now} ORDER BY seq LIMIT 1",
            row => (Seq: row.GetInt64(0), Message: new ProcessMessage(
                row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), _seal.Open(row.GetString(5)))));
        if (next is not [var (seq, message)])
        {
            return null;
        }

        var state = connection.Query(
            $"SELECT state FROM process WHERE process = {message.Process} AND key = {message.Key}", row => _seal.Open(row.GetString(0))).FirstOrDefault();
        var (decision, error) = message.Decide(definitions, state);
        if (decision is not null)
        {
            Apply(connection, seq, message, decision, now);
        }
        else
        {
            Bury(connection, message, error!.Message, now, DeadLetterSource.Message, seq);
        }

        connection.Execute($"UPDATE inbox SET handled_at = {now} WHERE seq = {seq}");
        return new HandledMessage(message, error);
    }

    private void Apply(SqliteConnection connection, long seq, ProcessMessage message, ProcessDecision decision, long now)
    {
        connection.Execute($"""
            INSERT INTO process (process, key, state, status, reason, created_at, updated_at)
            VALUES ({message.Process}, {message.Key}, {_seal.Seal(decision.State)}, {decision.Status}, {_seal.Seal(decision.Reason)}, {now}, {now})
            ON CONFLICT (process, key) DO UPDATE SET
                state = excluded.state, status = excluded.status, reason = excluded.reason, updated_at = excluded.updated_at, erased_at = NULL
            """);
        foreach (var effect in decision.Effects)
        {
            connection.Execute($"""
                INSERT INTO outbox (process, key, kind, body, lane, created_at, due_at)
                VALUES ({message.Process}, {message.Key}, {effect.Kind}, {_seal.Seal(effect.Body)}, {effect.Lane}, {now}, {now})
                """);
        }

        foreach (var deferred in decision.Deferred)
        {
            Take(connection, message.Later(deferred, seq), now + (long)deferred.After.TotalMilliseconds);
        }

        Journal(connection, message.Process, message.Key, now, message.Kind, decision.Status, 1, null, decision.Note);
    }

    private bool Take(SqliteConnection connection, ProcessMessage message, long due) => connection.Execute($"""
        INSERT INTO inbox (process, key, id, kind, body, due_at)
        VALUES ({message.Process}, {message.Key}, {message.Id}, {message.Kind}, {_seal.Seal(message.Body)}, {due})
        ON CONFLICT (process, key, id) DO NOTHING
        """) > 0;

    private static void Keep(SqliteConnection connection, string name, string value) => connection.Execute($"""
        INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """);

    private static string KeepOnce(SqliteConnection connection, string name, string value)
    {
        connection.Execute($"INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO NOTHING");
        return Setting(connection, name)!;
    }

    private static string? Setting(SqliteConnection connection, string name) =>
        connection.Query($"SELECT value FROM setting WHERE name = {name}", row => row.GetString(0)).FirstOrDefault();

    private void Journal(
        SqliteConnection connection, string process, string key, long at, string step, string outcome, int attempt, string? reference, string? detail) =>
        connection.Execute($"""
            INSERT INTO journal (process, key, at, step, outcome, attempt, reference, detail)
            VALUES ({process}, {key}, {at}, {step}, {outcome}, {attempt}, {_seal.Seal(reference)}, {_seal.Seal(detail)})
            """);
}
