using System.Collections.Immutable;
using Hub.Processes.Sealing;
using Npgsql;

namespace Hub.Processes.Postgres;

public sealed partial class PostgresProcessStore
{
    private const int KeysAtOnce = 64;
    private const int MessagesAtOnce = 256;

    public Task<ImmutableArray<HandledMessage>> HandleAsync(
        IReadOnlyDictionary<string, ProcessDefinition> definitions, CancellationToken cancellationToken) => InTransactionAsync(
        async connection =>
        {
            var now = Now;
            var states = await LockKeysAsync(connection, now, cancellationToken);
            if (states.Count == 0)
            {
                return [];
            }

            // Read after the lock: whoever held the key before has committed what it made of it.
            var messages = await connection.QueryAsync($"""
                SELECT i.seq, i.process, i.key, i.id, i.kind, i.body
                FROM unnest({states.Keys.Select(key => key.Process).ToArray()}, {states.Keys.Select(key => key.Key).ToArray()}) AS k(process, key)
                JOIN inbox i ON i.process = k.process AND i.key = k.key
                WHERE i.handled_at IS NULL AND i.due_at <= {now} ORDER BY i.seq LIMIT {MessagesAtOnce}
                """,
                row => (Seq: row.GetInt64(0), Message: new ProcessMessage(
                    row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), _seal.Open(row.GetString(5)))),
                cancellationToken);
            var changes = new HandledBatch(now, _seal);
            var handled = ImmutableArray.CreateBuilder<HandledMessage>(messages.Count);
            foreach (var (seq, message) in messages)
            {
                var (decision, error) = message.Decide(definitions, states[(message.Process, message.Key)]);
                if (decision is not null)
                {
                    states[(message.Process, message.Key)] = decision.State;
                    changes.Add(seq, message, decision);
                }
                else
                {
                    changes.Bury(Letter(DeadLetterSource.Message, seq, message, error!.Message, 1, false, now));
                    changes.Tell(message, "dead letter", error.Message);
                }

                handled.Add(new HandledMessage(message, error));
            }

            changes.Handled([.. messages.Select(one => one.Seq)]);
            await connection.ExecuteAsync(changes.Statements(), cancellationToken);
            await TakeAsync(connection, changes.Deferred, cancellationToken);
            return handled.DrainToImmutable();
        },
        cancellationToken);

    public async Task<TimeSpan?> NextDueAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var due = await connection.QueryAsync($"""
            SELECT LEAST((SELECT MIN(due_at) FROM inbox WHERE handled_at IS NULL), (SELECT MIN(due_at) FROM outbox WHERE done_at IS NULL AND due_at > {Now}))
            """, row => row.NumberOrNull(0), cancellationToken);
        return due[0] is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, at - Now)) : null;
    }

    /// <summary>Locks keys that have due messages and that no other instance holds.</summary>
    private async Task<Dictionary<(string Process, string Key), string?>> LockKeysAsync(
        NpgsqlConnection connection, long now, CancellationToken cancellationToken)
    {
        var locked = await connection.QueryAsync($"""
            SELECT p.process, p.key, p.state FROM (
                SELECT process, key, MIN(seq) AS seq FROM (
                    SELECT process, key, seq FROM inbox WHERE handled_at IS NULL AND due_at <= {now} ORDER BY due_at, seq LIMIT {2 * MessagesAtOnce}) AS due
                GROUP BY process, key) AS oldest
            JOIN process p ON p.process = oldest.process AND p.key = oldest.key
            ORDER BY oldest.seq LIMIT {KeysAtOnce} FOR UPDATE OF p SKIP LOCKED
            """,
            row => ((row.GetString(0), row.GetString(1)), _seal.Open(row.TextOrNull(2))), cancellationToken);
        return locked.ToDictionary(key => key.Item1, key => key.Item2);
    }

    /// <summary>What a batch of messages changes, in columns: one statement a table.</summary>
    private sealed class HandledBatch(long now, TextSeal seal)
    {
        private readonly Dictionary<(string Process, string Key), ProcessDecision> _states = [];
        private readonly List<(ProcessMessage Message, ProcessEffect Effect)> _effects = [];
        private readonly List<(ProcessMessage Message, string Outcome, string Detail)> _told = [];
        private readonly List<FormattableString> _letters = [];
        private long[] _handled = [];

        public List<(ProcessMessage Message, long Due)> Deferred { get; } = [];

        public void Add(long seq, ProcessMessage message, ProcessDecision decision)
        {
            _states[(message.Process, message.Key)] = decision;
            _effects.AddRange(decision.Effects.Select(effect => (message, effect)));
            Deferred.AddRange(decision.Deferred.Select(deferred => (message.Later(deferred, seq), now + (long)deferred.After.TotalMilliseconds)));
            Tell(message, decision.Status, decision.Note);
        }

        public void Tell(ProcessMessage message, string outcome, string detail) => _told.Add((message, outcome, detail));

        public void Bury(FormattableString letter) => _letters.Add(letter);

        public void Handled(long[] messages) => _handled = messages;

        public IEnumerable<FormattableString> Statements()
        {
            if (_states.Count > 0)
            {
                yield return $"""
                    UPDATE process p SET state = u.state, status = u.status, reason = u.reason, created_at = COALESCE(p.created_at, {now}), updated_at = {now},
                        erased_at = NULL
                    FROM unnest({Of(_states, one => one.Key.Process)}, {Of(_states, one => one.Key.Key)}, {Of(_states, one => seal.Seal(one.Value.State))},
                        {Of(_states, one => one.Value.Status)}, {_states.Select(one => seal.Seal(one.Value.Reason)).ToArray()}) AS u(process, key, state, status, reason)
                    WHERE p.process = u.process AND p.key = u.key
                    """;
            }

            if (_effects.Count > 0)
            {
                yield return $"""
                    INSERT INTO outbox (process, key, kind, body, lane, created_at, due_at)
                    SELECT process, key, kind, body, lane, {now}, {now}
                    FROM unnest({Of(_effects, one => one.Message.Process)}, {Of(_effects, one => one.Message.Key)}, {Of(_effects, one => one.Effect.Kind)},
                        {Of(_effects, one => seal.Seal(one.Effect.Body))}, {Of(_effects, one => one.Effect.Lane)})
                        WITH ORDINALITY AS u(process, key, kind, body, lane, place) ORDER BY place
                    """;
            }

            foreach (var letter in _letters)
            {
                yield return letter;
            }

            yield return $"""
                INSERT INTO journal (process, key, at, step, outcome, attempt, detail)
                SELECT process, key, {now}, step, outcome, 1, detail
                FROM unnest({Of(_told, one => one.Message.Process)}, {Of(_told, one => one.Message.Key)}, {Of(_told, one => one.Message.Kind)},
                    {Of(_told, one => one.Outcome)}, {Of(_told, one => seal.Seal(one.Detail))}) WITH ORDINALITY AS u(process, key, step, outcome, detail, place) ORDER BY place
                """;
            yield return $"UPDATE inbox SET handled_at = {now} WHERE seq = ANY({_handled})";
        }

        private static string[] Of<T>(IEnumerable<T> rows, Func<T, string> column) => [.. rows.Select(column)];
    }
}
