using System.Collections.Immutable;
using Npgsql;

namespace Hub.Processes.Postgres;

public sealed partial class PostgresProcessStore
{
    public async Task<ImmutableArray<string>> GetLanesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync(
            $"""
            WITH RECURSIVE lanes(lane) AS (
                SELECT MIN(lane) FROM outbox WHERE done_at IS NULL
                UNION ALL SELECT (SELECT MIN(lane) FROM outbox WHERE done_at IS NULL AND lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL)
            SELECT lane FROM lanes WHERE lane IS NOT NULL
            """,
            row => row.GetString(0), cancellationToken)];
    }

    public async Task RenewPatienceAsync(ImmutableArray<string> lanes, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"UPDATE outbox SET created_at = {Now} WHERE done_at IS NULL AND lane = ANY({lanes.ToArray()})", cancellationToken);
    }

    public void Wake() => Changed?.Invoke();

    public async Task<ImmutableArray<PendingEffect>> ClaimAsync(EffectClaim claim, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var now = Now;
        var kinds = claim.Kinds.ToArray();
        return [.. await connection.QueryAsync(
            claim.Lanes.SelectMany(lane => (FormattableString[])[Claim(lane.Lane, false, lane.Fresh), Claim(lane.Lane, true, lane.Again)]),
            row => new PendingEffect(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), _seal.Open(row.GetString(4)), row.GetString(5), row.GetInt32(6),
                row.NumberOrNull(7), row.GetInt64(8), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)), claim.Owner),
            cancellationToken)];

        FormattableString Claim(string lane, bool tried, int most) => $"""
            UPDATE outbox o SET owner = {claim.Owner}, leased_until = {now + LeaseMs} FROM (
                SELECT seq FROM outbox
                WHERE done_at IS NULL AND lane = {lane} AND (attempts > 0) = {tried} AND due_at <= {now} AND (leased_until IS NULL OR leased_until <= {now})
                    AND kind = ANY({kinds})
                ORDER BY due_at, seq LIMIT {Math.Max(0, most)} FOR UPDATE SKIP LOCKED) AS due
            WHERE o.seq = due.seq
            RETURNING o.seq, o.process, o.key, o.kind, o.body, o.lane, o.attempts, o.begun_at, o.due_at, o.created_at
            """;
    }

    public async Task<ImmutableHashSet<long>> RenewAsync(
        string owner, IReadOnlyDictionary<long, TimeSpan> windows, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var until = Now + LeaseMs;
        return [.. await connection.QueryAsync(
            $"""
            UPDATE outbox o SET leased_until = {until}, due_at = CASE WHEN begun_at IS NULL THEN due_at ELSE {until} + u.wait END
            FROM unnest({windows.Keys.ToArray()}, {windows.Values.Select(wait => (long)wait.TotalMilliseconds).ToArray()}) AS u(seq, wait)
            WHERE o.seq = u.seq AND o.owner = {owner} AND o.done_at IS NULL RETURNING o.seq
            """,
            row => row.GetInt64(0), cancellationToken)];
    }

    public async Task ReleaseAsync(PendingEffect effect, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"""
            UPDATE outbox SET owner = NULL, leased_until = NULL WHERE seq = {effect.Seq} AND owner = {effect.Owner} AND done_at IS NULL AND begun_at IS NULL
            """, cancellationToken);
    }

    public async Task<bool> BeginAsync(PendingEffect effect, TimeSpan window, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var now = Now;
        return await connection.ExecuteAsync($"""
            UPDATE outbox SET begun_at = {now}, leased_until = {now + LeaseMs}, due_at = {now + LeaseMs + (long)window.TotalMilliseconds}, error = 'under way'
            WHERE seq = {effect.Seq} AND done_at IS NULL AND owner = {effect.Owner} AND attempts = {effect.Attempts}
                AND begun_at IS NOT DISTINCT FROM {effect.BegunAt} AND leased_until > {now}
            """, cancellationToken) > 0;
    }

    public async Task FinishAsync(PendingEffect effect, EffectOutcome.Finished outcome, GivenUp? givenUp, CancellationToken cancellationToken)
    {
        await InTransactionAsync(
            async connection =>
            {
                var now = Now;
                var finished = await connection.ExecuteAsync($"""
                    UPDATE outbox SET done_at = {now}, begun_at = NULL, error = NULL, owner = NULL, leased_until = NULL, attempts = {effect.Attempts + 1}
                    WHERE seq = {effect.Seq} AND done_at IS NULL
                    """, cancellationToken) > 0;
                List<FormattableString> statements =
                [
                    Journal(
                        effect.Process, effect.Key, now, effect.Kind, finished ? outcome.Said : $"{outcome.Said}, late", effect.Attempts + 1,
                        outcome.Reference, outcome.Detail),
                ];
                if (finished && givenUp is not null)
                {
                    var message = new ProcessMessage(effect.Process, effect.Key, "", effect.Kind, effect.Body);
                    statements.Add(Letter(
                        DeadLetterSource.Effect, effect.Seq, message, givenUp.Reason, effect.Attempts + 1, givenUp.MayHaveHappened, now));
                }

                await connection.ExecuteAsync(statements, cancellationToken);
                return finished && outcome.Reply is { } reply ? await TakeAsync(connection, [(effect.Answer(reply), now)], cancellationToken) : 0;
            },
            cancellationToken);
    }

    public async Task PostponeAsync(PendingEffect effect, Postponement postponement, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (outcome, reason, begun, after) = postponement;
        var now = Now;

        var same = await SameFailureAsync(connection, effect, outcome, reason, cancellationToken);

        // Where another instance has claimed it since, what comes of it is that one's to say.
        await connection.ExecuteAsync(
            [
                $"""
                UPDATE outbox SET attempts = {effect.Attempts + 1}, begun_at = {(begun ? (long?)now : null)}::bigint, error = {_seal.Seal($"{outcome}: {reason}")},
                    due_at = {now + (long)after.TotalMilliseconds}, owner = NULL, leased_until = NULL
                WHERE seq = {effect.Seq} AND done_at IS NULL AND owner = {effect.Owner}
                """,
                same is { } seq
                    ? $"UPDATE journal SET at = {now}, attempt = {effect.Attempts + 1} WHERE seq = {seq}"
                    : Journal(effect.Process, effect.Key, now, effect.Kind, outcome, effect.Attempts + 1, null, reason),
            ],
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // A vendor that is down for a day gives the same failure a thousand times: one entry, with the last attempt's number.
    private async Task<long?> SameFailureAsync(
        NpgsqlConnection connection, PendingEffect effect, string outcome, string reason, CancellationToken cancellationToken)
    {
        var last = effect.Attempts == 0 ? [] : await connection.QueryAsync(
            $"SELECT seq, step, outcome, attempt, detail FROM journal WHERE process = {effect.Process} AND key = {effect.Key} ORDER BY seq DESC LIMIT 1",
            row => (Seq: row.GetInt64(0), Is: (row.GetString(1), row.GetString(2), row.GetInt32(3), _seal.Open(row.TextOrNull(4)))), cancellationToken);
        return last is [var (seq, entry)] && entry == (effect.Kind, outcome, effect.Attempts, reason) ? seq : null;
    }
}
