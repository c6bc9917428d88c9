using Hub.Migration.Mapping;
using Npgsql;

namespace Hub.Migration.Applying.Postgres;

/// <summary>
/// New's rows in PostgreSQL, by binary COPY: rows that are new go straight into the table, all others through a temporary one.
/// </summary>
/// <remarks>
/// The temporary tables are the session's: made once, emptied by each commit without a trace in the catalog. Their size is not
/// known to the planner, so it is told to look rows up by index, as is right for a batch against a table of any size.
/// </remarks>
internal sealed class PostgresRows : ITargetRows
{
    private const int FewRows = 8;
    private const int LongestRest = 256;
    private readonly NpgsqlConnection _connection;
    private readonly PostgresCatalog _catalog;
    private readonly CopyBuffer _buffer = new();
    private readonly Dictionary<string, PostgresTable> _tables;

    private PostgresRows(NpgsqlConnection connection, TargetMapping mapping, PostgresCatalog catalog)
    {
        (_connection, _catalog) = (connection, catalog);
        Sql = new HubSql(connection);
        _tables = mapping.Tables.DistinctBy(table => table.Name).Select((table, i) => new PostgresTable(table, catalog, i)).ToDictionary(table => table.Mapping.Name, StringComparer.Ordinal);
    }

    public HubSql Sql { get; }

    public TargetTables Tables => _catalog.Tables;

    public bool KeepsOpen => true;

    public static async Task<PostgresRows> HoldAsync(NpgsqlConnection connection, TargetMapping mapping, CancellationToken cancellationToken)
    {
        var catalog = await PostgresCatalog.ReadAsync(connection, [.. mapping.Tables.Select(table => table.Name).Distinct(StringComparer.Ordinal)], cancellationToken);
        var rows = new PostgresRows(connection, mapping, catalog);
        await rows.Sql.RunAsync("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off; SET client_min_messages = warning", cancellationToken);
        foreach (var table in rows._tables.Values)
        {
            await rows.Sql.RunAsync(table.Prepare, cancellationToken);
        }

        return rows;
    }

    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        await Sql.RunAsync(_catalog.Defers ? "BEGIN; SET CONSTRAINTS ALL DEFERRED" : "BEGIN", cancellationToken);
        foreach (var table in _tables.Values)
        {
            (table.IsUsed, table.IsDeleteUsed) = (false, false);
        }
    }

    public string? Refuse(TableMapping table, object?[] row)
    {
        var columns = _tables[table.Name].Columns;
        for (var i = 0; i < row.Length; i++)
        {
            if (!ReferenceEquals(row[i], RowEffect.Unknown) && columns[i].Refuse(row[i]) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    // TRUNCATE is another right than deleting, and locks readers out.
    public async ValueTask TruncateAsync(TableMapping table, CancellationToken cancellationToken) =>
        await Sql.RunAsync($"DELETE FROM {_tables[table.Name].Name}", cancellationToken);

    public async ValueTask DeleteAsync(TableMapping table, IReadOnlyList<NetRow> rows, CancellationToken cancellationToken)
    {
        var sql = _tables[table.Name];
        if (sql.IsDeleteUsed)
        {
            await Sql.RunAsync($"TRUNCATE {sql.Deletes}", cancellationToken);
        }

        sql.IsDeleteUsed = true;
        _buffer.Begin();
        foreach (var row in rows)
        {
            _buffer.Row(row.Key.Length);
            for (var i = 0; i < row.Key.Length; i++)
            {
                sql.Columns[table.Key[i]].Write(_buffer, row.Key[i]);
            }
        }

        await CopyAsync(sql.CopyDeletes, cancellationToken);
        await Sql.RunAsync(sql.Delete, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<NetRow>> UpsertAsync(TableMapping table, List<NetRow> rows, bool swapped, CancellationToken cancellationToken)
    {
        var sql = _tables[table.Name];
        var (fresh, whole, masked) = (new List<NetRow>(), new List<NetRow>(rows.Count), new List<NetRow>());
        foreach (var row in rows)
        {
            (row.IsMasked ? masked : row is { IsNew: true, Replaces: false } ? fresh : whole).Add(row);
        }

        if (swapped || sql.HasCasts || fresh.Count < FewRows || sql.Rest > 0)
        {
            sql.Rest -= sql.Rest > 0 && fresh.Count >= FewRows ? 1 : 0;
            whole.AddRange(fresh);
        }
        else if (!await TryFreshAsync(sql, fresh, cancellationToken))
        {
            whole.AddRange(fresh);
        }

        if (whole.Count > 0)
        {
            await FillAsync(sql, whole, cancellationToken);
            await Sql.RunAsync(swapped && sql.Uniques.Length > 0 ? sql.UpsertSwapped : sql.Upsert, cancellationToken);
        }

        return masked.Count == 0 ? [] : await UpdateAsync(sql, masked, cancellationToken);
    }

    public async ValueTask<List<Dictionary<string, string?>>> ReadTextsAsync(
        TableMapping table, string by, IReadOnlyCollection<object> values, CancellationToken cancellationToken)
    {
        var sql = _tables[table.Name];
        var column = sql.Columns.First(candidate => candidate.Name == by);
        var order = string.Join(", ", table.Key.Select(place => PostgresReads.Quote(table.Columns[place].Name)));
        await using var command = new NpgsqlCommand(
            $"{PostgresReads.Select(sql.Columns, sql.Name)} WHERE {PostgresReads.Quote(by)} = ANY($1::text[]::{column.Declared}[]) ORDER BY {order}", _connection)
        {
            Parameters = { new() { Value = values.Select(PostgresReads.Text).ToArray() } },
        };
        return (await PostgresReads.ReadAsync(command, sql.Columns, cancellationToken)).ConvertAll(row =>
        {
            var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
            for (var i = 0; i < row.Length; i++)
            {
                texts.Add(sql.Columns[i].Name, PostgresReads.Text(row[i]));
            }

            return texts;
        });
    }

    public async ValueTask<IReadOnlyList<object?[]>> ReadAsync(TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken) =>
        await PostgresReads.ByKeyAsync(_connection, table, _tables[table.Name].Columns, keys, cancellationToken);

    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        if (_catalog.Defers)
        {
            await Sql.RunAsync("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", cancellationToken);
        }
    }

    /// <summary>Classes 22 (the value), 23 (a constraint), 21 (two rows of a batch that the target takes for one) and what a trigger raised.</summary>
    public TargetRefusal? Refusal(Exception e) => e is PostgresException refused && (refused.SqlState[..2] is "22" or "23" || refused.SqlState is "21000" or "P0001")
        ? new TargetRefusal(
            refused.Detail is null ? refused.MessageText : $"{refused.MessageText} ({refused.Detail})",
            Unique: refused.SqlState is "23505" or "21000", Waits: !refused.SqlState.StartsWith("22", StringComparison.Ordinal))
        : null;

    public async ValueTask DisposeAsync()
    {
        await Sql.RollBackAsync();
        await _connection.DisposeAsync();
    }

    private async ValueTask<bool> TryFreshAsync(PostgresTable sql, List<NetRow> fresh, CancellationToken cancellationToken)
    {
        await Sql.RunAsync("SAVEPOINT hub_fresh", cancellationToken);
        Encode(sql, fresh);
        try
        {
            await CopyAsync(sql.CopyFresh, cancellationToken);
            await Sql.RunAsync("RELEASE SAVEPOINT hub_fresh", cancellationToken);
            sql.RestLength = 0;
            return true;
        }
        catch (PostgresException e) when (Refusal(e) is not null)
        {
            // A row is there already (a replay, a table that is copied again), or one is bad: the other way tells.
            await Sql.RunAsync("ROLLBACK TO SAVEPOINT hub_fresh; RELEASE SAVEPOINT hub_fresh", cancellationToken);
            sql.RestLength = Math.Min(LongestRest, (sql.RestLength * 2) + 1);
            sql.Rest = sql.RestLength;
            return false;
        }
    }

    private async ValueTask<IReadOnlyList<NetRow>> UpdateAsync(PostgresTable sql, List<NetRow> masked, CancellationToken cancellationToken)
    {
        var missing = new List<NetRow>();
        foreach (var alike in masked.GroupBy(row => string.Join(',', Known(row)), StringComparer.Ordinal))
        {
            var rows = alike.ToList();
            await FillAsync(sql, rows, cancellationToken);
            if (await Sql.RunAsync(sql.Update(Known(rows[0])), cancellationToken) is var updated && updated < rows.Count)
            {
                await using var command = new NpgsqlCommand(sql.Missing, _connection);
                var keys = (await PostgresReads.ReadAsync(command, [.. sql.KeyPlaces.Select(place => sql.Columns[place])], cancellationToken)).ToHashSet(KeyComparer.Instance);
                missing.AddRange(rows.Where(row => keys.Contains(row.Key)));
            }
        }

        return missing;
    }

    private static IEnumerable<int> Known(NetRow row) => Enumerable.Range(0, row.Row!.Length).Where(i => !ReferenceEquals(row.Row[i], RowEffect.Unknown));

    private async ValueTask FillAsync(PostgresTable sql, List<NetRow> rows, CancellationToken cancellationToken)
    {
        if (sql.IsUsed)
        {
            await Sql.RunAsync($"TRUNCATE {sql.Upserts}", cancellationToken);
        }

        sql.IsUsed = true;
        Encode(sql, rows);
        await CopyAsync(sql.CopyUpserts, cancellationToken);
    }

    private void Encode(PostgresTable sql, List<NetRow> rows)
    {
        _buffer.Begin();
        var columns = sql.Columns;
        foreach (var row in rows)
        {
            var values = row.Row!;
            _buffer.Row(values.Length);
            for (var i = 0; i < values.Length; i++)
            {
                columns[i].Write(_buffer, ReferenceEquals(values[i], RowEffect.Unknown) ? null : values[i]);
            }
        }
    }

    private async ValueTask CopyAsync(string sql, CancellationToken cancellationToken)
    {
        _buffer.End();
        var stream = await _connection.BeginRawBinaryCopyAsync(sql, cancellationToken);
        await using (stream)
        {
            await stream.WriteAsync(_buffer.Written, cancellationToken);
        }
    }
}
