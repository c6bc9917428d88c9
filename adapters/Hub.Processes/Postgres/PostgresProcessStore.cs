using Hub.Processes.Sealing;
using Npgsql;

namespace Hub.Processes.Postgres;

/// <summary>
/// The store in PostgreSQL, schema <c>hub_processes</c>, for any number of instances. It is opened, and upgraded, at its first use that
/// reaches the server: a server that is down fails calls and nothing else.
/// </summary>
/// <remarks>
/// A key's row in <c>process</c> is locked while its messages are handled, and passed over by the other instances. Times are the server's:
/// instances whose clocks differ agree on when a lease ends.
/// </remarks>
public sealed partial class PostgresProcessStore : IProcessStore, IAsyncDisposable
{
    private static readonly TimeSpan AskTimeEvery = TimeSpan.FromMinutes(1);
    private readonly NpgsqlDataSource _source;
    private readonly PostgresProcessOptions _options;
    private readonly TimeProvider _time;
    private readonly TextSeal _seal;
    private readonly SemaphoreSlim _upgrading = new(1, 1);
    private volatile bool _upgraded;
    private long _ahead;
    private long _askedTime;

    /// <param name="connectionString">Npgsql's, with its password.</param>
    public PostgresProcessStore(string connectionString, TimeProvider time, TextSeal seal, PostgresProcessOptions? options = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = PostgresProcessSchema.Name };
        if (!connectionString.Contains("Prepare", StringComparison.OrdinalIgnoreCase))
        {
            settings.MaxAutoPrepare = 60;
            settings.AutoPrepareMinUsages = 3;
        }

        settings.ApplicationName ??= "hub adapters";
        (_source, _options, _time, _seal) = (NpgsqlDataSource.Create(settings), options ?? new PostgresProcessOptions(), time, seal);
    }

    public event Action? Changed;

    public TimeSpan? PollEvery => _options.PollEvery;

    public TimeSpan? Lease => _options.Lease;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds() + Volatile.Read(ref _ahead);

    private long LeaseMs => (long)_options.Lease.TotalMilliseconds;

    public Task<string> GetIdAsync(CancellationToken cancellationToken) =>
        GetOrKeepSettingAsync("store.id", Guid.NewGuid().ToString("N"), cancellationToken);

    public async Task<int> ReceiveAsync(
        IReadOnlyCollection<ProcessMessage> messages, (string Name, string Value)? setting, CancellationToken cancellationToken)
    {
        var taken = await InTransactionAsync(
            async connection =>
            {
                if (setting is var (name, value))
                {
                    await connection.ExecuteAsync(Keep(name, value), cancellationToken);
                }

                return await TakeAsync(connection, [.. messages.Select(message => (message, Now))], cancellationToken);
            },
            cancellationToken);
        if (taken > 0)
        {
            Changed?.Invoke();
        }

        return taken;
    }

    public Task<bool> BuryAsync(ProcessMessage message, string reason, CancellationToken cancellationToken) => InTransactionAsync(
        async connection =>
        {
            var now = Now;
            if (await TakeAsync(connection, [(message, now)], cancellationToken) == 0)
            {
                return false;
            }

            await connection.ExecuteAsync(
                [
                    $"UPDATE inbox SET handled_at = {now} WHERE process = {message.Process} AND key = {message.Key} AND id = {message.Id}",
                    Letter(DeadLetterSource.Unreadable, null, message, reason, 1, false, now),
                    Journal(message.Process, message.Key, now, message.Kind, "dead letter", 1, null, reason),
                ],
                cancellationToken);
            return true;
        },
        cancellationToken);

    public async Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return (await connection.QueryAsync($"SELECT value FROM setting WHERE name = {name}", row => row.GetString(0), cancellationToken)).FirstOrDefault();
    }

    public async Task KeepSettingAsync(string name, string? value, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await connection.ExecuteAsync(value is null ? $"DELETE FROM setting WHERE name = {name}" : Keep(name, value), cancellationToken);
    }

    public async Task<string> GetOrKeepSettingAsync(string name, string value, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await KeepOnceAsync(connection, name, value, cancellationToken);
    }

    public async Task<bool> TakeTurnAsync(string name, string owner, TimeSpan atMost, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.ExecuteAsync($"""
            INSERT INTO turn (name, owner, until) VALUES ({name}, {owner}, {Now + (long)atMost.TotalMilliseconds})
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE turn.owner = excluded.owner OR turn.until <= {Now}
            """, cancellationToken) > 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _upgrading.Dispose();
    }

    private static FormattableString Keep(string name, string value) => $"""
        INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """;

    private static async Task<string> KeepOnceAsync(NpgsqlConnection connection, string name, string value, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO NOTHING", cancellationToken);
        return (await connection.QueryAsync($"SELECT value FROM setting WHERE name = {name}", row => row.GetString(0), cancellationToken)).Single();
    }

    /// <summary>Takes messages in, and makes their keys' rows.</summary>
    private async Task<int> TakeAsync(
        NpgsqlConnection connection, List<(ProcessMessage Message, long Due)> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return 0;
        }

        var processes = messages.Select(one => one.Message.Process).ToArray();
        var keys = messages.Select(one => one.Message.Key).ToArray();
        await connection.ExecuteAsync($"""
            INSERT INTO process (process, key) SELECT DISTINCT * FROM unnest({processes}, {keys}) AS one(process, key) ORDER BY 1, 2
            ON CONFLICT DO NOTHING
            """, cancellationToken);
        return await connection.ExecuteAsync($"""
            INSERT INTO inbox (process, key, id, kind, body, due_at)
            SELECT process, key, id, kind, body, due_at FROM unnest({processes}, {keys}, {messages.Select(one => one.Message.Id).ToArray()},
                {messages.Select(one => one.Message.Kind).ToArray()}, {messages.Select(one => _seal.Seal(one.Message.Body)).ToArray()},
                {messages.Select(one => one.Due).ToArray()}) WITH ORDINALITY AS one(process, key, id, kind, body, due_at, place) ORDER BY place
            ON CONFLICT (process, key, id) DO NOTHING
            """, cancellationToken);
    }

    private FormattableString Journal(
        string process, string key, long at, string step, string outcome, int attempt, string? reference, string? detail) => $"""
        INSERT INTO journal (process, key, at, step, outcome, attempt, reference, detail)
        VALUES ({process}, {key}, {at}, {step}, {outcome}, {attempt}, {_seal.Seal(reference)}, {_seal.Seal(detail)})
        """;

    private FormattableString Letter(
        DeadLetterSource source, long? origin, ProcessMessage message, string reason, int attempts, bool mayHave, long now) => $"""
        INSERT INTO dead_letter (source, origin, process, key, kind, body, reason, attempts, may_have, at)
        VALUES ({(int)source}, {origin}, {message.Process}, {message.Key}, {message.Kind}, {_seal.Seal(message.Body)}, {_seal.Seal(reason)}, {attempts}, {mayHave}, {now})
        """;

    /// <summary>Does the work in one transaction; again where two of them stood in each other's way.</summary>
    private async Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await OpenAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var result = await work(connection);
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && attempt < 5)
            {
                // The other one went on.
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            if (!_upgraded)
            {
                await UpgradeAsync(connection, cancellationToken);
            }

            await AskTimeAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task UpgradeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await _upgrading.WaitAsync(cancellationToken);
        try
        {
            if (!_upgraded)
            {
                await PostgresProcessSchema.Steps.UpgradeAsync(connection, cancellationToken);
                _seal.Open(await KeepOnceAsync(connection, TextSeal.Setting, _seal.Seal(TextSeal.Setting), cancellationToken));
                _upgraded = true;
            }
        }
        finally
        {
            _upgrading.Release();
        }
    }

    private async Task AskTimeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var asked = Volatile.Read(ref _askedTime);
        if (_time != TimeProvider.System || (asked != 0 && _time.GetElapsedTime(asked) < AskTimeEvery))
        {
            return;
        }

        Volatile.Write(ref _askedTime, _time.GetTimestamp());
        var before = _time.GetUtcNow();
        var server = await connection.QueryAsync(
            $"SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", row => row.GetInt64(0), cancellationToken);
        var here = before + ((_time.GetUtcNow() - before) / 2);
        Volatile.Write(ref _ahead, server[0] - here.ToUnixTimeMilliseconds());
    }
}
