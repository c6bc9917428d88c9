using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Control.Documents;
using Hub.Control.Identity;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Revisions;

/// <summary>
/// The one way to change what is wanted: revision and audit row in one transaction, durable, then published to whoever
/// watches.
/// </summary>
internal sealed class RevisionLog
{
    private readonly ControlStore _store;
    private readonly TimeProvider _time;
    private readonly PlaneKeys _keys;
    private volatile Published _published;

    public RevisionLog(ControlStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        using var connection = store.Open();
        Found(connection);
        IdentityKeys.Ensure(connection, time.GetUtcNow());
        _keys = new PlaneKeys(Key(connection, "cookie_key"), Key(connection, "request_key"));
        SessionKey = Key(connection, "session_key");
        _published = new Published(Read(connection, HubDocument.None), new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>Signs the page's sessions; no plane gets it.</summary>
    public byte[] SessionKey { get; }

    public Wanted Current => _published.Wanted;

    /// <summary>What is in force, and a task that completes when that is not the newest any longer.</summary>
    public (Wanted Wanted, Task Changed) Watch()
    {
        var published = _published;
        return (published.Wanted, published.Changed.Task);
    }

    /// <summary>Changes what is wanted, one at a time. A refusal changes nothing.</summary>
    /// <returns>What <paramref name="change"/> returned, and what is in force after it.</returns>
    public async Task<(Outcome<T> Outcome, Wanted Wanted)> ChangeAsync<T>(Func<RevisionDraft, Outcome<T>> change)
    {
        // Within a batch of the writer's, one before this may have changed the rows and be not published yet.
        return await _store.WriteAsync(
            connection =>
            {
                var draft = new RevisionDraft(connection, Read(connection, _published.Wanted.Document), _time.GetUtcNow());
                var outcome = change(draft);
                return (outcome, outcome.Refusal is null && draft.Changed ? Insert(draft) : draft.Before);
            },
            done => Publish(done.Item2));
    }

    /// <summary>Whether this store gave that number to that state; a restored one did not.</summary>
    public bool Knows(RevisionId id, string stamp)
    {
        using var connection = _store.Open();
        return connection.Query(
            $"SELECT stamp FROM revision WHERE number = {id.Number} AND epoch = {id.Epoch}", row => row.GetString(0)) is [var own] && (stamp.Length == 0 || stamp == own);
    }

    public static string DrawEpoch() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private void Publish(Wanted wanted)
    {
        if (wanted.Revision.Id != _published.Wanted.Revision.Id)
        {
            var last = _published;
            _published = new Published(wanted, new(TaskCreationOptions.RunContinuationsAsynchronously));
            last.Changed.SetResult();
        }
    }

    private Wanted Insert(RevisionDraft draft)
    {
        var stamp = DrawEpoch();
        draft.Connection.Execute(
            $"INSERT INTO revision (number, epoch, stamp, at, document_hash, state) VALUES ({draft.Id.Number}, {draft.Id.Epoch}, {stamp}, {draft.Now}, {draft.Document.Hash}, {JsonSerializer.Serialize(draft.State, JsonSerializerOptions.Web)})");
        return Compose(draft.Connection, draft.Id, stamp, draft.Now, draft.State, draft.Document);
    }

    private Wanted Read(SqliteConnection connection, HubDocument known)
    {
        var (id, stamp, at, hash, state) = connection.Query(
            $"SELECT number, epoch, stamp, at, document_hash, state FROM revision ORDER BY number DESC LIMIT 1",
            row => (new RevisionId(row.GetString(1), row.GetInt64(0)), row.GetString(2), row.GetDateTimeOffset(3), row.GetString(4), row.GetString(5)))
            .Single();
        var document = hash == known.Hash ? known : connection.Query(
            $"SELECT text, file FROM document WHERE hash = {hash}", row => HubDocument.Trust(row.GetString(0), row.GetString(1))).Single();
        return Compose(connection, id, stamp, at, JsonSerializer.Deserialize<StoredState>(state, JsonSerializerOptions.Web)!, document);
    }

    private Wanted Compose(
        SqliteConnection connection, RevisionId id, string stamp, DateTimeOffset at, StoredState state, HubDocument document)
    {
        var adopted = connection.Query(
            $"SELECT id FROM adopted_rollback WHERE released_at IS NULL", row => Guid.Parse(row.GetString(0)));
        var revision = new Revision(
            id, at, document.Hash, document.Hash.Length == 0 ? null : document.Text,
            state.Groups.Where(group => document.Config.Groups.ContainsKey(group.Key))
                .ToImmutableSortedDictionary(group => group.Key, group => group.Value.State, StringComparer.Ordinal),
            state.Datasets.Where(dataset => document.Config.Datasets.ContainsKey(dataset.Key))
                .ToImmutableSortedDictionary(StringComparer.Ordinal),
            state.FrozenUntil, [.. adopted], _keys with { Identity = IdentityKeys.ToPlanes(IdentityKeys.Read(connection)) }, stamp);
        return new Wanted(revision, state, document);
    }

    // A new store: revision 1 wants nothing.
    private void Found(SqliteConnection connection)
    {
        connection.Execute(
            $"""
            INSERT INTO revision (number, epoch, stamp, at, document_hash, state)
            SELECT 1, {DrawEpoch()}, {DrawEpoch()}, {_time.GetUtcNow()}, '', {JsonSerializer.Serialize(StoredState.Empty, JsonSerializerOptions.Web)} WHERE NOT EXISTS (SELECT 1 FROM revision)
            """);
    }

    private static byte[] Key(SqliteConnection connection, string name)
    {
        connection.Execute(
            $"INSERT OR IGNORE INTO setting (name, value) VALUES ({name}, {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))})");
        return connection.Query(
            $"SELECT value FROM setting WHERE name = {name}", row => Convert.FromBase64String(row.GetString(0))).Single();
    }

    private sealed record Published(Wanted Wanted, TaskCompletionSource Changed);
}
