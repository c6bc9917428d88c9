using System.Collections.Immutable;
using System.Data.Common;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;
using Hub.Migration.Quarantine;

namespace Hub.Migration.Applying;

/// <summary>What is the same for both kinds of stores: how a target is taken, and what people and pages ask of the hub's own tables.</summary>
internal abstract class HubTarget(string dataset, string target) : ITargetStore, IOutboxStore
{
    public abstract string Name { get; }

    public IOutboxStore Outbox => this;

    /// <summary>Synchronous writes of each commit and the like are as the store has them; tests loosen them.</summary>
    internal bool Durable { get; init; } = true;

    public abstract Task<TargetTables> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    public virtual Task<ImmutableArray<string>> InspectAsync(string? role, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<string>.Empty);

    public async Task<ImmutableArray<object?[]>> ReadRangeAsync(
        TableMapping table, object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return await ReadRangeAsync(connection, table, after, upTo, rows, cancellationToken);
    }

    public async Task<ImmutableArray<object?[]>> ReadRowsAsync(TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return await ReadRowsAsync(connection, table, keys, cancellationToken);
    }

    public async Task<T> ReadTogetherAsync<T>(Func<TargetSnapshot, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        var sql = new HubSql(connection);
        await sql.RunAsync(sql.IsPostgres ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN", cancellationToken);
        try
        {
            return await read(new TargetSnapshot(
                new SourceRowTable(sql, dataset, target, (_, _, _) => throw new InvalidOperationException("A snapshot asks no source.")),
                (table, keys) => ReadRowsAsync(connection, table, keys, cancellationToken),
                (table, after, rows) => ReadRangeAsync(connection, table, after, upTo: null, rows, cancellationToken)));
        }
        finally
        {
            await sql.RollBackAsync();
        }
    }

    public abstract object? AsRead(object? mapped);

    public abstract Task<ImmutableSortedDictionary<string, long>> CountRowsAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    public async Task<ITargetSession> TakeAsync(TargetRequest request, CancellationToken cancellationToken)
    {
        var tables = await DescribeAsync([.. request.Mapping.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal)], cancellationToken);
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            var sql = new HubSql(connection);
            await sql.RunAsync("BEGIN", cancellationToken);
            await HubSchema.UpgradeAsync(sql, Name, dataset, target, cancellationToken);
            var positions = new PositionTable(sql, dataset, target);
            await positions.TakeAsync(request.Start, request.BeginAgain, cancellationToken);
            await new CopyTaking(sql, positions, Name, dataset).TakeAsync(request, cancellationToken);
            var state = (await positions.ReadAsync(cancellationToken))!;
            await sql.RunAsync("COMMIT", cancellationToken);
            return await TargetSession.OpenAsync(await HoldAsync(connection, request.Mapping, tables, cancellationToken), request, dataset, target, state, cancellationToken);
        }
        catch
        {
            await new HubSql(connection).RollBackAsync();
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task<TargetState?> ReadStateAsync(CancellationToken cancellationToken) =>
        AskAsync<TargetState?>(sql => Positions(sql).ReadAsync(cancellationToken), null, cancellationToken);

    public Task<ImmutableArray<QuarantineEntry>> ListQuarantineAsync(long after, int count, CancellationToken cancellationToken) => AskAsync<ImmutableArray<QuarantineEntry>>(
        async sql => [.. await new QuarantineTable(sql, dataset, target).ListAsync(after, count, waiting: false, cancellationToken)], [], cancellationToken);

    public Task<QuarantineEntry?> ReadQuarantineAsync(long id, CancellationToken cancellationToken) =>
        AskAsync(sql => new QuarantineTable(sql, dataset, target).FindAsync(id, cancellationToken), null, cancellationToken);

    public Task<QuarantineEntry?> DiscardAsync(long id, CancellationToken cancellationToken) => AskAsync(
        async sql =>
        {
            var quarantine = new QuarantineTable(sql, dataset, target);
            await sql.RunAsync(sql.IsPostgres ? "BEGIN" : "BEGIN IMMEDIATE", cancellationToken);
            var entry = await quarantine.FindAsync(id, cancellationToken);
            if (entry is not null)
            {
                await quarantine.RemoveAsync(entry.Change.Table, entry.Change.Key.ToJson(), cancellationToken);
            }

            await sql.RunAsync("COMMIT", cancellationToken);
            return entry;
        },
        null, cancellationToken);

    public Task PauseAsync(string reason, CancellationToken cancellationToken) =>
        DoAsync(sql => Positions(sql).PauseAsync(reason, epoch: null, cancellationToken), cancellationToken);

    public Task ResumeAsync(CancellationToken cancellationToken) => DoAsync(sql => Positions(sql).ResumeAsync(cancellationToken), cancellationToken);

    public Task CopyAgainAsync(string table, CancellationToken cancellationToken) =>
        DoAsync(sql => Positions(sql).CopyAgainAsync(table, columns: null, cancellationToken), cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    async Task<IReadOnlyList<OutboxEntry>> IOutboxStore.ReadUnpostedAsync(long after, int count, CancellationToken cancellationToken) =>
        await AskAsync(sql => Messages(sql).ReadUnpostedAsync(after, count, cancellationToken), [], cancellationToken);

    async Task<OutboxEntry?> IOutboxStore.ReadPostedAsync(long before, CancellationToken cancellationToken) =>
        (await AskAsync(sql => Messages(sql).ReadPostedAsync(before, cancellationToken), [], cancellationToken)).FirstOrDefault();

    Task IOutboxStore.MarkPostedAsync(long sequence, DateTimeOffset now, CancellationToken cancellationToken) =>
        DoAsync(sql => Messages(sql).MarkPostedAsync(sequence, now, cancellationToken), cancellationToken);

    async Task<IReadOnlyList<string>> IOutboxStore.ReadUntoldAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await AskAsync(sql => Messages(sql).ReadUntoldAsync(now, cancellationToken), [], cancellationToken);

    protected abstract Task<ImmutableArray<object?[]>> ReadRangeAsync(
        DbConnection connection, TableMapping table, object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken);

    protected abstract Task<ImmutableArray<object?[]>> ReadRowsAsync(
        DbConnection connection, TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken);

    /// <exception cref="TargetMissingException">The store is not there or can't be reached.</exception>
    protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>The rows under a session; it owns the connection from now on.</summary>
    protected abstract Task<ITargetRows> HoldAsync(DbConnection connection, TargetMapping mapping, TargetTables tables, CancellationToken cancellationToken);

    public async Task<T> AskAsync<T>(Func<HubSql, ValueTask<T>> ask, T otherwise, CancellationToken cancellationToken)
    {
        DbConnection connection;
        try
        {
            connection = await ConnectAsync(cancellationToken);
        }
        catch (TargetMissingException missing) when (!missing.IsDown)
        {
            return otherwise;
        }

        await using (connection)
        {
            var sql = new HubSql(connection);
            return await HubSchema.StandsAsync(sql, cancellationToken) ? await ask(sql) : otherwise;
        }
    }

    private Task<bool> DoAsync(Func<HubSql, ValueTask> act, CancellationToken cancellationToken) => AskAsync(
        async sql =>
        {
            await act(sql);
            return true;
        },
        false, cancellationToken);

    private PositionTable Positions(HubSql sql) => new(sql, dataset, target);

    private OutboxTable Messages(HubSql sql) => new(sql, dataset, target);
}
