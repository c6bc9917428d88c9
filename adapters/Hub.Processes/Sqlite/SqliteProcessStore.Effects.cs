using System.Collections.Immutable;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes.Sqlite;

public sealed partial class SqliteProcessStore
{
    public Task<ImmutableArray<string>> GetLanesAsync(CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query(
            $"""
            WITH RECURSIVE lanes(lane) AS (
                SELECT MIN(lane) FROM outbox WHERE done_at IS NULL
                UNION ALL SELECT (SELECT MIN(lane) FROM outbox WHERE done_at IS NULL AND lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL)
            SELECT lane FROM lanes WHERE lane IS NOT NULL
            """,
            row => row.GetString(0)).ToImmutableArray());
    }

    public Task RenewPatienceAsync(ImmutableArray<string> lanes, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        foreach (var lane in lanes)
        {
            connection.Execute($"UPDATE outbox SET created_at = {Now} WHERE done_at IS NULL AND lane = {lane}");
        }

        transaction.Commit();
        return Task.CompletedTask;
    }

    public void Wake() => Changed?.Invoke();

    public Task<ImmutableArray<PendingEffect>> ClaimAsync(EffectClaim claim, CancellationToken cancellationToken)
    {
        // Seen before the store is read: an effect that ends after the reading is still due by what was read, and must not run again.
        var held = _claims.Where(other => other.Value == claim.Owner).Select(other => other.Key).ToHashSet();
        using var connection = _file.Open();
        var claimed = claim.Lanes
            .SelectMany(lane => Due(connection, claim, lane.Lane, false, lane.Fresh, held).Concat(Due(connection, claim, lane.Lane, true, lane.Again, held)))
            .ToImmutableArray();
        foreach (var effect in claimed)
        {
            _claims[effect.Seq] = claim.Owner;
        }

        return Task.FromResult(claimed);
    }

    public Task<ImmutableHashSet<long>> RenewAsync(
        string owner, IReadOnlyDictionary<long, TimeSpan> windows, CancellationToken cancellationToken) =>
        Task.FromResult(windows.Keys.ToImmutableHashSet());

    public Task ReleaseAsync(PendingEffect effect, CancellationToken cancellationToken)
    {
        Release(effect);
        return Task.CompletedTask;
    }

    public Task<TimeSpan?> NextDueAsync(CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        var due = connection.QueryNumber($"""
            SELECT MIN(due_at) FROM (
                SELECT MIN(due_at) AS due_at FROM inbox WHERE handled_at IS NULL
                UNION ALL SELECT MIN(due_at) FROM outbox WHERE done_at IS NULL AND due_at > {Now}) AS waiting
            """);
        return Task.FromResult<TimeSpan?>(due is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, at - Now)) : null);
    }

    public Task<bool> BeginAsync(PendingEffect effect, TimeSpan window, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Execute($"""
            UPDATE outbox SET begun_at = {Now}, due_at = {Now + (long)window.TotalMilliseconds}, error = 'under way'
            WHERE seq = {effect.Seq} AND done_at IS NULL AND attempts = {effect.Attempts} AND begun_at IS {effect.BegunAt} AND due_at = {effect.DueAt}
            """) > 0);
    }

    public Task FinishAsync(PendingEffect effect, EffectOutcome.Finished outcome, GivenUp? givenUp, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        var finished = connection.Execute($"""
            UPDATE outbox SET done_at = {now}, begun_at = NULL, error = NULL, attempts = {effect.Attempts + 1} WHERE seq = {effect.Seq} AND done_at IS NULL
            """) > 0;
        Journal(
            connection, effect.Process, effect.Key, now, effect.Kind, finished ? outcome.Said : $"{outcome.Said}, late", effect.Attempts + 1,
            outcome.Reference, outcome.Detail);
        if (finished && givenUp is not null)
        {
            connection.Execute($"""
                INSERT INTO dead_letter (process, key, kind, body, reason, attempts, at, source, origin, may_have)
                VALUES ({effect.Process}, {effect.Key}, {effect.Kind}, {_seal.Seal(effect.Body)}, {_seal.Seal(givenUp.Reason)}, {effect.Attempts + 1}, {now},
                    {(int)DeadLetterSource.Effect}, {effect.Seq}, {givenUp.MayHaveHappened})
                """);
        }

        if (finished && outcome.Reply is { } reply)
        {
            Take(connection, effect.Answer(reply), now);
        }

        transaction.Commit();
        Release(effect);
        return Task.CompletedTask;
    }

    public Task PostponeAsync(PendingEffect effect, Postponement postponement, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var (outcome, reason, begun, after) = postponement;
        var now = Now;
        connection.Execute($"""
            UPDATE outbox SET attempts = {effect.Attempts + 1}, begun_at = {(begun ? (long?)now : null)}, error = {_seal.Seal($"{outcome}: {reason}")},
                due_at = {now + (long)after.TotalMilliseconds}
            WHERE seq = {effect.Seq} AND done_at IS NULL
            """);
        if (SameFailure(connection, effect, outcome, reason) is { } seq)
        {
            connection.Execute($"UPDATE journal SET at = {now}, attempt = {effect.Attempts + 1} WHERE seq = {seq}");
        }
        else
        {
            Journal(connection, effect.Process, effect.Key, now, effect.Kind, outcome, effect.Attempts + 1, null, reason);
        }

        transaction.Commit();
        Release(effect);
        return Task.CompletedTask;
    }

    // A vendor that is down for a day gives the same failure a thousand times: one entry, with the last attempt's number.
    private long? SameFailure(SqliteConnection connection, PendingEffect effect, string outcome, string reason)
    {
        var last = effect.Attempts == 0 ? [] : connection.Query(
            $"SELECT seq, step, outcome, attempt, detail FROM journal WHERE process = {effect.Process} AND key = {effect.Key} ORDER BY seq DESC LIMIT 1",
            row => (Seq: row.GetInt64(0), Is: (row.GetString(1), row.GetString(2), row.GetInt32(3), _seal.Open(row.TextOrNull(4)))));
        return last is [var (seq, entry)] && entry == (effect.Kind, outcome, effect.Attempts, reason) ? seq : null;
    }

    private IEnumerable<PendingEffect> Due(
        SqliteConnection connection, EffectClaim claim, string lane, bool tried, int most, HashSet<long> held) =>
        most <= 0 ? [] : connection.Query($"""
            SELECT seq, process, key, kind, body, lane, attempts, begun_at, due_at, created_at FROM outbox
            WHERE done_at IS NULL AND lane = {lane} AND (attempts > 0) = {tried} AND due_at <= {Now} ORDER BY due_at, seq LIMIT {most + held.Count}
            """,
            row => new PendingEffect(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), _seal.Open(row.GetString(4)), row.GetString(5), row.GetInt32(6),
                row.NumberOrNull(7), row.GetInt64(8), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)), claim.Owner))
            .Where(effect => !held.Contains(effect.Seq) && claim.Kinds.Contains(effect.Kind)).Take(most);

    private void Release(PendingEffect effect) => _claims.TryRemove(KeyValuePair.Create(effect.Seq, effect.Owner));
}
